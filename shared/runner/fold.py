"""One complaint's records folded into its document: duplicates, lanes, parking. Pure."""

from __future__ import annotations

from dataclasses import replace

from shared.decider import Context
from shared.envelope import digest, event_id, make, write
from shared.errors import PoisonError
from shared.events.base import Event, Input, RedriveSubmitted
from shared.events.personal import DataKey
from shared.runner.folded import Folded, Held, Incoming, Tools
from shared.runner.ports import Document, Output, Trigger, Waiting
from shared.sealed import seal
from shared.traceparent import following

IDS_REMEMBERED = 200
DRAINING = "draining"


class Fold:
    """Takes the records of one complaint in order; `finish` settles the outputs.

    `refuse` names why the store could not hold what came of these records: they park.
    """

    def __init__(
        self, document: Document, key: DataKey | None, tools: Tools, refuse: str | None = None
    ) -> None:
        self.key = key
        self.refuse = refuse
        self.tools = tools
        self.result = Folded(document, document.overflow)
        self.stored = {output.trigger for output in document.outputs}
        self.republish = False
        self.triggers: set[Trigger] = set()

    def take(self, it: Incoming) -> None:
        """Fold one record: redelivery, copy, other lane, parked, or new."""
        document = self.result.document
        self.triggers.add(it.trigger)
        if it.trigger in self.stored:
            self.republish = True
            self.result.redrive_again = document.parked == DRAINING
        elif self._seen(it):
            self.result.duplicates += 1
        elif self.tools.lane == "normal" and document.lane == "express":
            self.result.passed_on.append(it)
        elif document.parked or not self._try(it):
            self._wait(it)

    def redrives(self, it: Incoming) -> bool:
        """Mark a redrive as taken; whether it is to fold what waits now.

        One that was taken before must not: its offset may be committed, and what it makes would
        then be dropped before anybody has published it.
        """
        document = self.result.document
        if it.envelope.id not in document.ids:
            self._mark(it)
            self.result.changed |= document.rev > 0
            return document.parked is not None
        # What it had to say may have been lost with a process: the next redrive, or the notice.
        self.result.duplicates += 1
        if document.parked == DRAINING:
            self.result.redrive_again = True
        elif document.parked:
            self.result.parked_again.append(it)
        return False

    def redrive(self, held: Held, by: Incoming) -> None:
        """Fold what waited, in order, until one raises again."""
        document = self.result.document
        # What this batch has spilled is not in the store yet, so `held` cannot know of it.
        document.overflow = held.overflow or (document.overflow if self.result.spilled else "")
        document.parked, document.waiting = None, held.rest
        self.triggers.add(by.trigger)
        self.result.changed = True
        self.result.unspilled += held.spilled
        for position, (_, it) in enumerate(held.queue):
            if not self._seen(it) and not self._try(replace(it, trigger=by.trigger)):
                left = [waiting for waiting, _ in held.queue[position:]]
                document.waiting = [*left, *held.rest]
                return
        if held.more or document.overflow:
            document.parked = DRAINING
            self.result.redrive_again = True

    def bury(self, it: Incoming) -> None:
        """Give a record up: not even the parked complaint can be stored."""
        self.result.raised.append((it, PoisonError(self.refuse or "poison_document")))

    def finish(self) -> Folded:
        """Decide what is published: what was left over first, then what is new."""
        result, document = self.result, self.result.document
        kept = [o for o in document.outputs if not self.tools.droppable(o.trigger)]
        if result.changed:
            document.rev += 1
            trigger = result.fresh[0].trigger if result.fresh else None
            for output in kept:
                if trigger and output.trigger not in self.triggers:
                    output.trigger = trigger
            result.publish = kept + result.fresh if result.fresh or self.republish else []
            document.outputs = kept + result.fresh
        elif self.republish:
            result.publish = list(document.outputs)
        return result

    def _seen(self, it: Incoming) -> bool:
        envelope, document = it.envelope, self.result.document
        if isinstance(envelope.data, RedriveSubmitted):
            return False
        if envelope.sequence is None or it.by_id:
            return envelope.id in document.ids
        return document.seen.get(envelope.stage, {}).get(envelope.lane, 0) >= envelope.sequence

    def _mark(self, it: Incoming) -> None:
        envelope, document = it.envelope, self.result.document
        if envelope.sequence is None or it.by_id:
            document.ids = [*document.ids, envelope.id][-IDS_REMEMBERED:]
        else:
            of_source = document.seen.get(envelope.stage, {})
            document.seen = {
                **document.seen,
                envelope.stage: {**of_source, envelope.lane: envelope.sequence},
            }

    def _try(self, it: Incoming) -> bool:
        result, document = self.result, self.result.document
        before = document.state, document.prevhash, document.lane, len(result.fresh)
        try:
            self._apply(it)
        except Exception as error:  # noqa: BLE001 - rules are pure: whatever they raise parks the complaint
            document.state, document.prevhash, document.lane = before[:3]
            del result.fresh[before[3] :]
            document.parked = getattr(error, "slug", type(error).__name__)
            result.raised.append((it, error))
            return False
        self._mark(it)
        result.changed = True
        result.applied.append(it)
        return True

    def _apply(self, it: Incoming) -> None:
        envelope, tools, document = it.envelope, self.tools, self.result.document
        if self.refuse:
            raise PoisonError(self.refuse)
        index = 0
        if envelope.lane == "express" and document.lane == "normal":
            self._add(tools.lane_raised(reason=f"{envelope.stage} raised it"), it, index)
            index += 1
        actor = envelope.actor if isinstance(envelope.data, Input) else "system"
        why = (document.id, envelope.id, actor, envelope.time)
        context = Context(tools.now, tools.policy, *why)
        for event in tools.decider.decide(document.state, envelope.data, context):
            self._add(event, it, index)
            index += 1

    def _add(self, event: Event, it: Incoming, index: int) -> None:
        tools, document = self.tools, self.result.document
        sequence = document.state.sequence + 1
        stage = tools.stage.name
        id_ = event_id(document.id, stage, sequence, it.envelope.id, index)
        envelope = make(
            event,
            id=id_,
            stage=stage,
            complaint=document.id,
            time=tools.now,
            lane=document.lane,
            sequence=sequence,
            causationid=it.envelope.id,
            prevhash=document.prevhash,
            actor=it.envelope.actor if isinstance(it.envelope.data, Input) else "system",
            policyversion=tools.policy.version,
            traceparent=following(it.envelope.traceparent, document.id, id_),
        )
        seal(event, self.key, envelope.id)
        value = write(envelope)
        document.state = tools.decider.evolve(document.state, envelope)
        document.lane = document.state.lane
        document.prevhash = digest(value)
        topic = tools.stage.topic("events", envelope.lane)
        self.result.fresh.append(Output(sequence, topic, value, it.trigger, envelope))

    def _wait(self, it: Incoming) -> None:
        result, document, trigger = self.result, self.result.document, it.trigger
        place = (trigger.topic, trigger.partition, trigger.offset)
        there = [(w.topic, w.partition, w.offset) for w in document.waiting]
        if place in there:
            # What parked the complaint comes again: its notice may have been lost with a process.
            if place == there[0]:
                result.parked_again.append(it)
            return
        waiting = Waiting(*place, it.value, it.by_id)
        size = sum(len(w.value) for w in document.waiting) + len(it.value)
        room = self.tools.room
        full = len(document.waiting) >= room.records or size > room.waiting_bytes
        if document.overflow or full:
            document.overflow = document.overflow or f"{document.id}|{self.tools.pile}"
            result.spilled.append(waiting)
        else:
            document.waiting = [*document.waiting, waiting]
        result.changed = True
