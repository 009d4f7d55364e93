"""The dead letters as they stand: read from the topic, redriven or discarded by a mark in it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.envelope import make, write
from shared.errors import UsageError
from shared.events.base import RedriveSubmitted
from shared.headers import headers
from shared.pipeline import ROWS, STAGES, Stage
from shared.runner.dead_letters import kept, redrives
from shared.runner.decode import header
from shared.runner.ports import Record
from shared.runner.scan import named, reader, until_end

MOST_REDRIVES = 5
Place = tuple[int, int]
_REDRIVES = uuid.UUID("6f0f6f0e-1a52-5b8e-9f0d-2b7a3c1d4e5f")


@dataclass(frozen=True)
class Letter:
    """One dead letter: `number` is how commands name it.

    `together` holds every open letter of the same parked complaint, this one included.
    """

    stage: str
    partition: int
    offset: int
    record: Any
    together: tuple[Letter, ...] = ()

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
        """How often it, or the complaint that is parked for it, was tried again."""
        return max(redrives(letter.record) for letter in (self, *self.together))

    @property
    def exhausted(self) -> bool:
        """Whether it was tried again as often as it may be."""
        return self.redrives >= MOST_REDRIVES


async def letters(
    servers: str, stages: Sequence[Stage] = ROWS, *, bare: bool = False, whole: Place | None = None
) -> list[Letter]:
    """Every dead letter of these stages that nobody has redriven or discarded, in order.

    `bare` leaves out what the records hold, but for the one at `whole`: an open letter may have
    4 MiB, and there may be many.
    """
    topics = {row.topic("dead-letters"): row.name for row in stages}
    found: dict[str, Letter] = {}
    async with reader(servers, list(topics)) as consumer:
        async for record in until_end(consumer):
            settled = header(record, "dlq-of")
            if bare and (record.partition, record.offset) != whole:
                record = replace(record, value=b"")  # noqa: PLW2901 - the same, without its weight
            letter = Letter(topics[record.topic], record.partition, record.offset, record)
            if settled:
                found.pop(f"{letter.stage}/{record.partition}/{settled}", None)
            else:
                found[letter.number] = letter
    return _together(list(found.values()))


def _together(found: Sequence[Letter]) -> list[Letter]:
    parked: dict[tuple[str, str], list[Letter]] = defaultdict(list)
    for letter in found:
        if letter.complaint:
            parked[letter.stage, letter.complaint].append(letter)
    groups = {place: tuple(group) for place, group in parked.items()}
    return [replace(x, together=groups.get((x.stage, x.complaint), ())) for x in found]


def redriven(letter: Letter, staff: str) -> list[Record]:
    """The record that tries a letter again, and a mark for each letter that this settles.

    Raises UsageError where it was tried again five times.
    """
    if letter.exhausted:
        raise UsageError(
            f"{letter.number} was redriven {MOST_REDRIVES} times; discard it or fix it"
        )
    marks = [_mark(x, "redriven", staff, "") for x in letter.together or (letter,)]
    return [_again(letter, staff), *marks]


def discarded(letter: Letter, staff: str, why: str) -> list[Record]:
    """The mark that ends a letter."""
    return [_mark(letter, "discarded", staff, why)]


def _again(letter: Letter, staff: str) -> Record:
    if letter.complaint:
        return _redrive_input(letter, staff)
    record = letter.record
    topic = header(record, "dlq-original-topic")
    pairs = [*kept(record), _count(letter)]
    return Record(topic, record.key, record.value, pairs, letter.partition)


def _count(letter: Letter) -> tuple[str, bytes]:
    return "dlq-redrives", str(letter.redrives + 1).encode()


def _redrive_input(letter: Letter, staff: str) -> Record:
    first = min(letter.together, key=lambda one: (one.partition, one.offset))
    # The same for whoever asks a second time: a redrive is taken once, by its id.
    identity = uuid.uuid5(_REDRIVES, f"{first.number}|{letter.redrives}")
    envelope = make(
        RedriveSubmitted(staff=staff),
        id=str(identity),
        stage=letter.stage,
        complaint=letter.complaint,
        time=datetime.now(UTC),
        lane="normal",
        actor=f"staff:{staff}",
    )
    topic = STAGES[letter.stage].topic("inputs")
    began = ("dlq-first-at", header(letter.record, "dlq-first-at").encode())
    pairs = [*headers(envelope), began, _count(letter)]
    return Record(topic, letter.complaint.encode(), write(envelope), pairs)


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
    """The letters that fit, each parked complaint once, oldest first; "" fits all.

    `complaint` is an id or a reference.
    """
    fitting, complaints, meant = [], set(), named(complaint)
    for letter in found:
        place = (letter.stage, letter.complaint)
        if (reason and letter.reason != reason) or (complaint and not meant(letter.complaint)):
            continue
        if letter.complaint and place in complaints:
            continue
        complaints.add(place)
        fitting.append(letter)
    return fitting[:limit]
