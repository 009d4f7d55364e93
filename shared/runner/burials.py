"""The dead letters as they stand: read from the topic, redriven or discarded by a mark in it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.envelope import make, write
from shared.errors import UsageError
from shared.events.base import RedriveSubmitted
from shared.headers import headers
from shared.pipeline import ROWS, STAGES
from shared.runner.decode import header
from shared.runner.ports import Record
from shared.runner.scan import reader, until_end

MOST_REDRIVES = 5


@dataclass(frozen=True)
class Letter:
    """One dead letter: `number` is how commands name it."""

    stage: str
    partition: int
    offset: int
    record: Any

    @property
    def number(self) -> str:
        """For example triage/3/17: stage, partition, offset."""
        return f"{self.stage}/{self.partition}/{self.offset}"

    @property
    def reason(self) -> str:
        """The code of what was wrong."""
        return header(self.record, "dlq-reason")

    @property
    def complaint(self) -> str:
        """The complaint that is parked for it; empty where the record stands alone."""
        return header(self.record, "dlq-parked")

    @property
    def redrives(self) -> int:
        """How often it was tried again."""
        text = header(self.record, "dlq-redrives")
        return int(text) if text.isdecimal() else 0


async def letters(servers: str) -> list[Letter]:
    """Every dead letter that nobody has redriven or discarded, in order."""
    topics = {row.topic("dead-letters"): row.name for row in ROWS}
    found: dict[str, Letter] = {}
    async with reader(servers, list(topics)) as consumer:
        async for record in until_end(consumer):
            settled = header(record, "dlq-of")
            letter = Letter(topics[record.topic], record.partition, record.offset, record)
            if settled:
                found.pop(f"{letter.stage}/{record.partition}/{settled}", None)
            else:
                found[letter.number] = letter
    return list(found.values())


def redriven(letter: Letter, staff: str) -> list[Record]:
    """The records that try a letter again, and the mark. Raises UsageError at the fifth time."""
    if letter.redrives >= MOST_REDRIVES:
        raise UsageError(
            f"{letter.number} was redriven {MOST_REDRIVES} times; discard it or fix it"
        )
    return [_again(letter, staff), _mark(letter, "redriven", staff, "")]


def discarded(letter: Letter, staff: str, why: str) -> list[Record]:
    """The mark that ends a letter."""
    return [_mark(letter, "discarded", staff, why)]


def _again(letter: Letter, staff: str) -> Record:
    if letter.complaint:
        return _redrive_input(letter, staff)
    record = letter.record
    kept = [(k, bytes(v)) for k, v in record.headers if v is not None and not k.startswith("dlq-")]
    count = ("dlq-redrives", str(letter.redrives + 1).encode())
    topic = header(record, "dlq-original-topic")
    return Record(topic, record.key, record.value, [*kept, count], letter.partition)


def _redrive_input(letter: Letter, staff: str) -> Record:
    envelope = make(
        RedriveSubmitted(staff=staff),
        id=str(uuid.uuid4()),
        stage=letter.stage,
        complaint=letter.complaint,
        time=datetime.now(UTC),
        lane="normal",
        actor=f"staff:{staff}",
    )
    topic = STAGES[letter.stage].topic("inputs")
    return Record(topic, letter.complaint.encode(), write(envelope), headers(envelope))


def _mark(letter: Letter, action: str, staff: str, why: str) -> Record:
    marks = {
        "dlq-of": str(letter.offset),
        "dlq-action": action,
        "dlq-actor": staff,
        "dlq-note": why,
        "dlq-at": datetime.now(UTC).isoformat(),
    }
    topic = STAGES[letter.stage].topic("dead-letters")
    pairs = [(name, value.encode()) for name, value in marks.items()]
    return Record(topic, letter.record.key, b"", pairs, letter.partition)


def chosen(found: Sequence[Letter], reason: str, complaint: str, limit: int) -> list[Letter]:
    """The letters that fit, each parked complaint once, oldest first."""
    fitting, complaints = [], set()
    for letter in found:
        place = (letter.stage, letter.complaint)
        if (reason and letter.reason != reason) or (complaint and letter.complaint != complaint):
            continue
        if letter.complaint and place in complaints:
            continue
        complaints.add(place)
        fitting.append(letter)
    return fitting[:limit]
