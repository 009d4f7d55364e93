"""A runner on ports in memory: produce, fetch, crash and look, without servers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.decider import Decider
from shared.envelope import Envelope, make, read, write
from shared.events.base import Event, Input, Lane
from shared.headers import headers
from shared.pipeline import STAGES, Stage
from shared.policy import load
from shared.runner.folded import ROOM, Room
from shared.runner.keys import Keyring
from shared.runner.ports import Trigger
from shared.runner.runner import Runner
from shared.runner.settle import Settling
from shared.sealed import seal
from shared.testing.memory import Fetched, InMemoryKeyStore, InMemoryLog, InMemoryStore


@dataclass
class Position:
    """What the consumer has committed, by topic and partition."""

    group: str
    committed: dict[tuple[str, int], int] = field(default_factory=dict)
    lost: bool = False

    def droppable(self, trigger: Trigger) -> bool:
        """Whether that trigger is committed here."""
        place = (trigger.topic, trigger.partition)
        return trigger.group == self.group and trigger.offset < self.committed.get(place, 0)


class Rig:
    """One stage with everything it talks to; `run` handles records, `commit` moves on."""

    def __init__(
        self, stage: str, decider: Decider[Any], lane: Lane = "normal", room: Room = ROOM
    ) -> None:
        self.room = room
        self.stage = STAGES[stage]
        self.store = InMemoryStore()
        self.log = InMemoryLog()
        self.keystore = InMemoryKeyStore()
        self.keyring = Keyring(self.keystore)
        self.decider = decider
        self.position = Position(self.stage.group(lane))
        self._offsets: dict[str, int] = {}
        self.runner = self.restarted(lane)

    def restarted(self, lane: Lane = "normal") -> Runner:
        """The runner of a new process on the same store and log."""
        settling = Settling(
            self.stage, self.decider, lane, self.store, self.keyring, load("default")
        )
        settling.room = self.room
        self.position = Position(self.stage.group(lane), dict(self.position.committed))
        self.runner = Runner(settling, self.log)
        return self.runner

    def forget_keys(self) -> None:
        """Lose every key, as a key store that never held them."""
        self.keystore = InMemoryKeyStore()
        self.keyring = Keyring(self.keystore)

    async def record(
        self,
        data: Event | Input,
        complaint: str,
        sequence: int | None = None,
        lane: Lane = "normal",
        source: Stage | None = None,
    ) -> Fetched:
        """A record as the log would give it; an event when it has a sequence."""
        stage = source or self.stage
        envelope = make(
            data,
            id=str(uuid.uuid4()),
            stage=stage.name,
            complaint=complaint,
            time=datetime.now(UTC),
            lane=lane,
            sequence=sequence,
        )
        seal(data, await self.keyring.create(complaint), envelope.id)
        kind = "inputs" if sequence is None else "events"
        return self.fetched(stage.topic(kind, lane), complaint, write(envelope), headers(envelope))

    def fetched(self, topic: str, complaint: str, value: bytes, pairs: Any = ()) -> Fetched:
        """Give bytes the next offset of their topic."""
        offset = self._offsets.get(topic, 0)
        self._offsets[topic] = offset + 1
        return Fetched(topic, 0, offset, complaint.encode(), value, list(pairs))

    async def run(self, *records: Fetched) -> None:
        """Handle records without committing them, as a crash before the commit leaves it."""
        await self.runner.run(records, self.position)

    def commit(self, *records: Fetched) -> None:
        """Commit records."""
        for record in records:
            self.position.committed[record.topic, record.partition] = record.offset + 1

    def published(self, kind: str = "events", lane: Lane = "normal") -> list[Envelope]:
        """Every envelope of ours in the log, in order, repeats included."""
        topic = self.stage.topic(kind, lane)
        return [read(r.value or b"", []) for r in self.log.records if r.topic == topic]

    def dead_letters(self) -> list[dict[str, str]]:
        """The headers of the dead letters."""
        topic = self.stage.topic("dead-letters")
        return [
            {name: value.decode() for name, value in record.headers}
            for record in self.log.records
            if record.topic == topic
        ]
