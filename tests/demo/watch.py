"""What the log says of each complaint: the demo reads the events as any dashboard would."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.envelope import Envelope, read
from shared.pipeline import LANES, ROWS
from shared.runner.scan import reader

OVER = ("redress.case-closed.v1",)
MILESTONES = (
    ("verification", "redress.admissibility-decided.v1"),
    ("triage", "redress.case-assigned.v1"),
    ("investigation", "redress.remedy-proposed.v1"),
    ("resolution", "redress.decision-made.v1"),
    ("notify", "redress.letter-sent.v1"),
)


@dataclass
class Track:
    """One complaint's events so far."""

    events: list[Envelope] = field(default_factory=list)

    def of(self, name: str) -> list[Envelope]:
        """Its events of one type, by the short name."""
        return [e for e in self.events if e.type == f"redress.{name}.v1"]

    def last(self, name: str) -> Any:
        """The data of its last event of one type; None if there is none."""
        found = self.of(name)
        return found[-1].data if found else None

    @property
    def decided(self) -> bool:
        """Whether a decision was delivered."""
        return any(e.data.kind == "decision" for e in self.of("letter-sent"))

    @property
    def closed(self) -> bool:
        """Whether it came to its end state, with no appeal open."""
        closed, appeals = self.of("case-closed"), self.of("appeal-admitted")
        return bool(closed) and (not appeals or closed[-1].data.level >= appeals[-1].data.level)

    def seconds(self) -> dict[str, float]:
        """How long each stage took, from the milestone before its own."""
        received = self.of("complaint-received")
        at: datetime | None = received[0].time if received else None
        took = {}
        for stage, name in MILESTONES:
            mine = [e.time for e in self.events if e.type == name and (at is None or e.time >= at)]
            if name == "redress.letter-sent.v1":
                mine = [e.time for e in self.of("letter-sent") if e.data.kind == "decision"]
            if mine and at:
                took[stage] = max(0.0, (min(mine) - at).total_seconds())
                at = min(mine)
        return took


class Watch:
    """Follows every events topic and tells listeners."""

    def __init__(self) -> None:
        self.tracks: dict[str, Track] = defaultdict(Track)
        self.listeners: list[Callable[[Envelope], None]] = []
        self.changed = asyncio.Condition()
        self._seen: set[str] = set()

    async def follow(self, servers: str) -> None:
        """Read until cancelled."""
        topics = [row.topic("events", lane) for row in ROWS for lane in LANES]
        async with reader(servers, topics) as consumer:
            await consumer.seek_to_beginning(*consumer.assignment())
            while True:
                fetched = await consumer.getmany(timeout_ms=200)
                records = [r for part in fetched.values() for r in part]
                for record in sorted(records, key=lambda r: r.timestamp):
                    self._take(read(record.value, []))
                if records:
                    async with self.changed:
                        self.changed.notify_all()

    def _take(self, envelope: Envelope) -> None:
        if envelope.id not in self._seen:
            self._seen.add(envelope.id)
            self.tracks[envelope.subject].events.append(envelope)
            for listener in self.listeners:
                listener(envelope)

    async def until(self, condition: Callable[[], bool], seconds: float = 50.0) -> None:
        """Wait until something holds. Raises TimeoutError when it does not in time."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(condition)
