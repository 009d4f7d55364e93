"""Find, fold, write, until no document of the batch is in doubt."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.decider import Decider
from shared.envelope import read
from shared.errors import BadDeployError, TransientError
from shared.events.base import Lane, LaneRaised, RedriveSubmitted
from shared.events.personal import Personal
from shared.metrics import CONFLICTS
from shared.pipeline import Stage
from shared.policy import Policy
from shared.runner.decode import Batch
from shared.runner.fold import Fold
from shared.runner.folded import ROOM, Folded, Held, Incoming, Tools
from shared.runner.handover import Handed, Handover, still_held
from shared.runner.keys import Keyring
from shared.runner.patience import Assignment, Patience
from shared.runner.ports import Document, PoisonDocumentsError, Store, Trigger, Waiting
from shared.runner.spilling import Spilling

RAISED_IN_A_ROW = 20


class Settling:
    """The guarded middle of the sequence. Infrastructure is waited for, bad rules park."""

    def __init__(
        self,
        stage: Stage,
        decider: Decider[Any],
        lane: Lane,
        store: Store,
        keyring: Keyring,
        policy: Policy,
    ) -> None:
        self.stage = stage
        self.decider = decider
        self.lane: Lane = lane
        self.store = store
        self.keyring = keyring
        self.policy = policy
        self.handover: Handover | None = None
        self.patience = Patience()
        self.room = ROOM
        self._raised_in_a_row: frozenset[str] = frozenset()
        self._lane_raised: type[LaneRaised] = next(
            m for m in stage.emits if issubclass(m, LaneRaised)
        )

    async def settle(self, batch: Batch, assignment: Assignment) -> list[Folded]:
        """Fold and write a batch; returns what came of each complaint, written for sure.

        A complaint whose document cannot be stored parks; where even that cannot be stored, its
        records become dead letters. Raises BadDeployError, with nothing of this pass written.
        """
        pending, refused, stuck = dict(batch.by_complaint), dict[str, str](), set[str]()
        settled: list[Folded] = []
        doubted: dict[str, list[Handed]] = {}
        spilling = Spilling(self.store, lambda call: self.patience.wait(call, assignment))
        await self.patience.wait(lambda: self.keyring.unlock(batch.found), assignment)
        while pending:
            folded = await self._fold(pending, refused, stuck, assignment)
            _hand_again(folded, doubted)
            raised = self._bad_deploy_check(folded)
            try:
                doubt = await self._write(folded, spilling)
            except PoisonDocumentsError as error:
                stuck |= refused.keys() & error.slugs.keys()
                refused |= error.slugs
                spilling.doubt(folded)
                continue
            self._raised_in_a_row = raised
            doubted = {r.document.id: r.handed for r in folded if r.document.id in doubt}
            spilling.doubt([result for result in folded if result.document.id in doubt])
            settled += [result for result in folded if result.document.id not in doubt]
            pending = {id_: incoming for id_, incoming in pending.items() if id_ in doubt}
            CONFLICTS.labels(self.stage.name, self.lane).inc(len(doubt))
        await spilling.sweep(settled)
        return settled

    async def _fold(
        self,
        pending: dict[str, list[Incoming]],
        refused: dict[str, str],
        stuck: set[str],
        assignment: Assignment,
    ) -> list[Folded]:
        wait = self.patience.wait
        documents = await wait(lambda: self.store.find(list(pending)), assignment)
        raws = [document.state for document in documents.values()]
        states = await wait(lambda: self.keyring.read(self.decider.state, raws), assignment)
        for document, state in zip(documents.values(), states, strict=True):
            document.state = state
        keys = await wait(lambda: self.keyring.gather(list(pending)), assignment)
        tools = self._tools(assignment)
        folded = []
        for id_, incoming in pending.items():
            document = documents.get(id_) or Document(id_, self.decider.state())
            owed = document.state.due
            fold = Fold(document, keys.get(id_), tools, refused.get(id_))
            for it in incoming:
                if id_ in stuck:
                    fold.bury(it)
                else:
                    await self._take(fold, it, assignment)
            result = fold.finish()
            if self.handover and result.changed:
                result.handed = self.handover.lease(result.document, owed, tools.now)
            folded.append(result)
        return folded

    def _tools(self, assignment: Assignment) -> Tools:
        return Tools(
            self.stage,
            self.decider,
            self._lane_raised,
            self.policy,
            self.lane,
            datetime.now(UTC),
            assignment.droppable,
            self.room,
            uuid.uuid4().hex,
        )

    async def _take(self, fold: Fold, it: Incoming, assignment: Assignment) -> None:
        document = fold.result.document
        redrive = isinstance(it.envelope.data, RedriveSubmitted) and it.trigger not in fold.stored
        if not redrive:
            fold.take(it)
        elif self.lane == "normal" and document.lane == "express":
            fold.result.passed_on.append(it)
        elif fold.redrives(it):
            held = await self._held(document, assignment)
            fold.redrive(held, it)

    async def _held(self, document: Document, assignment: Assignment) -> Held:
        waiting, spilled = document.waiting, False
        if not waiting and document.overflow:
            spilled = True
            pile = document.overflow
            waiting = await self.patience.wait(lambda: self.store.spilled(pile), assignment)
        taken = _within(waiting, self.room.redriven_bytes)
        held = Held(
            rest=[] if spilled else waiting[len(taken) :],
            more=bool(waiting) if spilled else bool(document.overflow) or len(taken) < len(waiting),
            overflow="" if spilled and not waiting else document.overflow,
            spilled=list(taken) if spilled else [],
        )
        found: list[Personal] = []
        group = self.stage.group(self.lane)
        for w in taken:
            trigger = Trigger(group, w.topic, w.partition, w.offset)
            held.queue.append((w, Incoming(read(w.value, found), w.value, trigger, w.by_id)))
        await self.patience.wait(lambda: self.keyring.unlock(found), assignment)
        return held

    def _bad_deploy_check(self, folded: Sequence[Folded]) -> frozenset[str]:
        """The complaints that raised since one went well. Raises BadDeployError."""
        in_a_row = self._raised_in_a_row
        for result in folded:
            if result.raised:
                in_a_row |= {result.document.id}
            elif result.applied:
                in_a_row = frozenset()
            if len(in_a_row) > RAISED_IN_A_ROW:
                message = "too many different complaints raised in a row"
                raise BadDeployError(message) from result.raised[-1][1]
        return in_a_row

    async def _write(self, folded: Sequence[Folded], spilling: Spilling) -> set[str]:
        await spilling.spill(folded)
        changed = [result.document for result in folded if result.changed]
        if not changed:
            self.patience.forget()  # also of a write that came through without an answer
            return set()
        try:
            doubt = await self.store.write(changed)
        except TransientError:
            await self.patience.write_failed()
            return {document.id for document in changed}
        self.patience.forget()
        await spilling.unspill([r for r in folded if r.document.id not in doubt])
        return doubt


def _hand_again(folded: Sequence[Folded], doubted: Mapping[str, list[Handed]]) -> None:
    """Hand over what a write in doubt has leased after all."""
    for result in folded:
        if not result.changed:
            handed = doubted.get(result.document.id, ())
            result.handed = still_held(result.document, handed)


def _within(waiting: Sequence[Waiting], most: int) -> list[Waiting]:
    """The first records up to that many bytes, one at least."""
    taken: list[Waiting] = []
    for w in waiting:
        most -= len(w.value)
        if taken and most < 0:
            break
        taken.append(w)
    return taken
