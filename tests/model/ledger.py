"""What must hold of a simulated installation, after each step and at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from shared.envelope import digest, read
from shared.events.base import LaneRaised, Result
from shared.pipeline import LANES, STAGES
from shared.runner.due import LEASE_S, QUEUED_S
from shared.runner.fold import DRAINING
from tests.model.process import STAGE
from tests.model.rules import Rules, Told, expected
from tests.model.world import COMPLAINTS

EVENTS = {STAGE.topic("events", lane): lane for lane in LANES}
DECIDER = Rules(broken=False).decider


class Ledger:
    """Reads the log as it grows; compares it with the documents and the outside world."""

    def __init__(self, world) -> None:
        self.world = world
        self.bytes: dict[str, bytes] = {}
        self.causes = {}
        self.own: dict[str, dict[int, bytes]] = defaultdict(dict)
        self.copies: Counter[str] = Counter()
        self.notices: set[str] = set()
        self._read = 0

    def check(self) -> None:
        """What holds at every moment."""
        for record in self.world.log.records[self._read :]:
            self._take(record)
        self._read = len(self.world.log.records)
        for complaint in COMPLAINTS:
            self._document(complaint)
        self._effects()

    def _take(self, record) -> None:
        if record.topic == STAGE.topic("dead-letters"):
            self.notices.add(record.key.decode())
            return
        envelope = read(record.value, [])
        if not isinstance(envelope.data, Result):  # an item done twice may be answered twice
            known = self.bytes.setdefault(envelope.id, record.value)
            assert known == record.value, f"two events of one id {envelope.id}"
        if record.topic not in EVENTS:
            self.causes.setdefault(envelope.id, envelope)
            return
        assert envelope.lane == EVENTS[record.topic]
        own = self.own[envelope.subject]
        if envelope.sequence not in own:
            in_lane = [n for n, value in own.items() if read(value, []).lane == envelope.lane]
            assert envelope.sequence > max(in_lane, default=0), "out of order in its lane"
        self.copies[envelope.id] += 1
        assert self.copies[envelope.id] <= 2 + self.world.excuses, "copies multiply"
        there = own.setdefault(envelope.sequence, record.value)
        assert there == record.value, f"two events of one sequence {envelope.sequence}"

    def _document(self, complaint: str) -> None:
        """The state is the fold of what is published or still stored, without a gap."""
        document = self.world.store.documents.get(complaint)
        if document is None:
            assert complaint not in self.own, "published, but not stored"
            return
        events = {o.sequence: o.value for o in document.outputs} | self.own[complaint]
        state, prevhash = Told(), ""
        for sequence in range(1, len(events) + 1):
            assert sequence in events, f"event {sequence} is lost"
            envelope = read(events[sequence], [])
            assert envelope.prevhash == prevhash
            prevhash = digest(events[sequence])
            if not isinstance(envelope.data, LaneRaised) and envelope.data.level == "done":
                put_by = self.causes[envelope.causationid].data.put_by
                assert state.due[envelope.data.user_id].event == put_by, "an answer to another item"
            state = DECIDER.evolve(state, envelope)
        assert document.state == state.model_dump(mode="json")
        if document.parked not in (None, DRAINING) and self._committed(document.waiting[0]):
            assert complaint in self.notices, "parked, and nobody was told"

    def _committed(self, waiting) -> bool:
        place = waiting.topic, waiting.partition
        return any(x.get(place, 0) > waiting.offset for x in self.world.committed.values())

    def _effects(self) -> None:
        """While an item is leased nobody else does it, so it is done again after its lease."""
        assert self.world.early == [], "done before its time or turn"
        done = defaultdict(list)
        for complaint, key, at in self.world.effects:
            done[complaint, key].append(at.total_seconds())
        for item, times in done.items():
            for first, second in pairwise(times):
                assert second - first >= LEASE_S - QUEUED_S, f"{item} done at {first} and {second}"

    def settled(self) -> None:
        """What holds when everything was read, redriven, mended and answered."""
        self.check()
        for complaint, document in self.world.store.documents.items():
            assert document.parked is None
            assert document.state["due"] == {}
            published = len(self.own[complaint])
            assert published == document.state["sequence"], "stored, but not published"
        self._causes_once()
        self._in_order()
        self._answered()

    def _own(self, complaint: str):
        return [read(value, []) for _, value in sorted(self.own[complaint].items())]

    def _causes_once(self) -> None:
        answers = Counter(
            envelope.causationid
            for complaint in COMPLAINTS
            for envelope in self._own(complaint)
            if not (isinstance(envelope.data, LaneRaised) and self._silently(envelope))
        )
        for id_, kind in self.world.kinds.items():
            if kind:
                assert answers[id_] == expected(kind), f"{kind} answered {answers[id_]} times"

    def _silently(self, envelope) -> bool:
        """Whether the runner raised the lane, and no rule."""
        return envelope.data.reason != "asked"

    def _in_order(self) -> None:
        """Each source's lane is applied in its order, what waited included."""
        last: dict[tuple[str, str, str], int] = defaultdict(int)
        for complaint in COMPLAINTS:
            for envelope in self._own(complaint):
                cause = self.causes[envelope.causationid]
                if cause.sequence is not None:
                    place = complaint, cause.source, cause.lane
                    assert cause.sequence >= last[place], f"{place} out of order"
                    last[place] = cause.sequence
        for complaint, document in self.world.store.documents.items():
            self._all_seen(complaint, document)
            events = [c for c in self.causes.values() if c.sequence and c.subject == complaint]
            if any(cause.lane == "express" for cause in events):
                assert document.lane == "express"

    def _all_seen(self, complaint: str, document) -> None:
        produced: dict[str, dict[str, int]] = defaultdict(dict)
        for cause in self.causes.values():
            if cause.subject == complaint and cause.sequence is not None:
                lanes = produced[cause.stage]
                lanes[cause.lane] = max(lanes.get(cause.lane, 0), cause.sequence)
        assert document.seen == {s: produced[s] for s in produced if s in STAGES}

    def _answered(self) -> None:
        """Each item of work for the outside world is done at least once, answered once."""
        done = {(complaint, key) for complaint, key, _ in self.world.effects}
        for complaint, document in self.world.store.documents.items():
            calls = [key for key in document.state["done"] if key != "timer"]
            assert len(calls) == len(set(calls)), "answered twice"
            assert {(complaint, key) for key in calls} == {x for x in done if x[0] == complaint}
