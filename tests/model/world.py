"""A simulated installation of one stage: its log, its store, its processes, and its clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from shared.envelope import make, named_id, write
from shared.errors import TransientError
from shared.events.triage import AssigneeFound
from shared.headers import headers
from shared.pipeline import LANES, STAGES
from shared.runner.ports import Record
from shared.testing.memory import Fetched, InMemoryLog, InMemoryStore
from shared.testing.scenario import START
from tests.model.process import STAGE, Fate, Killed, Process
from tests.model.rules import Rules, asking

COMPLAINTS = tuple(f"0a0a0a0a-0000-4000-8000-00000000000{n}" for n in range(2))
TURNS = 25  # of the event loop, for a worker to do what it was handed


@dataclass
class World:
    """Everything that outlives a process."""

    log: InMemoryLog = field(default_factory=InMemoryLog)
    passed: timedelta = timedelta()
    rules: Rules = field(default_factory=lambda: Rules(broken=True))
    away: bool = False
    effects: list[tuple[str, str, timedelta]] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    excuses: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = InMemoryStore(self.now)
        self.committed = {lane: {} for lane in LANES}
        self.processes = {lane: Process(self, lane) for lane in LANES}
        self.processes["zombie"] = self.processes["normal"]
        self._topics: dict[str, list[Fetched]] = defaultdict(list)
        self._read = 0
        self._handled: dict[str, int] = defaultdict(int)
        self._sequences: dict[tuple[str, str], int] = defaultdict(int)
        self._express: set[tuple[str, str]] = set()
        self._rivalry = False

    def now(self):
        """The one clock of all servers and processes."""
        return START + self.passed

    def seconds(self) -> float:
        """The same, as a clock that never jumps."""
        return self.passed.total_seconds()

    def topic(self, name: str) -> list[Fetched]:
        """The records of a topic, as a consumer gets them."""
        for record in self.log.records[self._read :]:
            there = self._topics[record.topic]
            place = record.topic, 0, len(there)
            there.append(Fetched(*place, record.key, record.value, record.headers))
        self._read = len(self.log.records)
        return self._topics[name]

    def produce(self, complaint: str, source: str, kind: str, *, express: bool) -> None:
        """An event of another stage, or a command of staff; a raised lane stays raised."""
        if source == "staff":
            self.command(asking(source, kind), complaint, self.lane(complaint), kind)
            return
        if express:
            self._express.add((complaint, source))
        lane = "express" if (complaint, source) in self._express else "normal"
        self._sequences[complaint, source] += 1
        sequence = self._sequences[complaint, source]
        topic = STAGES[source].topic("events", lane)
        where = {"stage": source, "complaint": complaint, "lane": lane, "sequence": sequence}
        self._append(topic, kind, asking(source, kind), where)

    def command(self, data, complaint: str, lane: str, kind: str = "") -> None:
        """An input of the stage."""
        where = {"stage": STAGE.name, "complaint": complaint, "lane": lane}
        self._append(STAGE.topic("inputs", lane), kind, data, where)

    def _append(self, topic: str, kind: str, data, where) -> None:
        id_ = named_id(where["complaint"], f"{topic}|{len(self.log.records)}")
        self.kinds[id_] = kind
        envelope = make(data, id=id_, time=self.now(), **where)
        key, value = where["complaint"].encode(), write(envelope)
        self.log.records.append(Record(topic, key, value, headers(envelope), 0))

    def repeat(self, topic: str, back: int, times: int) -> None:
        """Somebody produces one of the last records again."""
        if there := self.topic(topic)[-back:]:
            old = there[0]
            self.log.records += [Record(topic, old.key, old.value, old.headers, 0)] * times

    def lane(self, complaint: str) -> str:
        """The lane that a complaint has now."""
        there = self.store.documents.get(complaint)
        return there.lane if there else "normal"

    def fetch(self, lane: str, order: Sequence[str], most: int) -> list[Fetched]:
        """The next records of each topic, the topics in some order."""
        process, records = self.processes[lane], []
        for topic in order:
            start = process.next.get((topic, 0), 0)
            found = self.topic(topic)[start : start + most]
            process.next[topic, 0] = start + len(found)
            self.excuses += len([r for r in found if r.offset < self._handled[topic]])
            self._handled[topic] = max(self._handled[topic], start + len(found))
            records += found
        return records

    async def consume(self, lane: str, order: Sequence[str], most: int, *, commits: bool) -> None:
        """One fetch of the lane's consumer, handled and committed."""
        process = self.processes[lane]
        records = self.fetch(lane, order, most)
        if not records:
            return
        for record in records:
            process.position.committed.setdefault((record.topic, 0), record.offset)
        with contextlib.suppress(Killed):
            await process.runner.run(records, process.position)
        if not process.alive:
            self._bury(process)
        elif process is not self.processes[lane]:
            pass  # a zombie: its commit fails
        elif commits:
            self._commit(process, records)
        else:
            self.rewind(lane)

    def _commit(self, process: Process, records: Sequence[Fetched]) -> None:
        offsets = {(record.topic, 0): record.offset + 1 for record in records}
        self.committed[process.lane].update(offsets)
        process.position.committed.update(offsets)

    def rewind(self, lane: str) -> None:
        """The consumer begins again at what is committed."""
        self.processes[lane].next = dict(self.committed[lane])

    def replace(self, lane: str) -> None:
        """Another process takes over; the old one is gone, or a zombie."""
        self.processes["zombie"] = self.processes[lane]
        self.processes[lane] = Process(self, lane)
        self.excuses += 1

    def deploy(self, rules: Rules) -> None:
        """Put other rules into new processes."""
        self.rules = rules
        for lane in LANES:
            self.replace(lane)

    def restless(self) -> list[str]:
        """What is still to be read, redriven or done."""
        unread = [
            topic
            for lane in LANES
            for topic in STAGE.sources(lane)
            if self.committed[lane].get((topic, 0), 0) < len(self.topic(topic))
        ]
        documents = self.store.documents.values()
        owed = [key for document in documents for key in document.state["due"]]
        return [*unread, *(d.parked for d in documents if d.parked), *owed]

    async def meanwhile(self, fate: Fate, process: Process) -> None:
        """What others do before a call takes effect."""
        for _ in range(TURNS if fate.seconds else 0):
            await asyncio.sleep(0)  # what was begun before goes on
        self.passed += timedelta(seconds=fate.seconds)
        if not fate.rival or self._rivalry:
            return
        self._rivalry = True
        lane = process.lane
        if fate.rival == "worker":
            await self.work(lane, "normal")
        else:
            if fate.rival == "successor":
                self.replace(lane)
            else:
                lane = LANES[lane == "normal"]
            await self.consume(lane, STAGE.sources(lane), 5, commits=True)
        self._rivalry = False

    async def work(self, name: str, lane: str) -> None:
        """The process's worker claims, does and answers."""
        process = self.processes[name]
        with contextlib.suppress(TransientError, Killed):
            await process.worker.once(lane, 100)
        self._bury(process)

    async def hand(self, name: str) -> None:
        """The process's worker runs until it has nothing to do."""
        process = self.processes[name]
        loop = asyncio.create_task(process.worker.run("normal", 3600, 100))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        self._bury(process)

    def _bury(self, process: Process) -> None:
        if not process.alive and process is self.processes[process.lane]:
            self.replace(process.lane)

    async def call(self, claims):
        """The outside world: it keeps what was asked of it, unless it is away."""
        if self.away:
            raise TransientError
        for claim in claims:
            if claim.item.after in claim.state.due or claim.item.at > self.now():
                self.early.append(claim.item.key)
            self.effects.append((claim.complaint, claim.item.key, self.passed))
        return [AssigneeFound(key=claim.item.key, put_by=claim.item.event) for claim in claims]
