"""Kafka records into envelopes; what cannot be read becomes a dead letter, alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.envelope import Envelope, read
from shared.errors import PoisonError
from shared.events.personal import Personal
from shared.pipeline import ROWS
from shared.runner.folded import Incoming
from shared.runner.ports import Trigger

TOPIC_STAGE = {
    row.topic("events", lane): row.name for row in ROWS for lane in ("normal", "express")
}


@dataclass(slots=True)
class Batch:
    """One fetch, decoded: by complaint in order, and what nobody can read."""

    by_complaint: dict[str, list[Incoming]] = field(default_factory=dict)
    poison: list[tuple[Any, PoisonError]] = field(default_factory=list)
    found: list[Personal] = field(default_factory=list)
    read: list[Incoming] = field(default_factory=list)
    skipped: int = 0

    def counts(self) -> dict[str, int]:
        """How many records were taken how."""
        read, poison = len(self.read), len(self.poison)
        return {"read": read, "skipped": self.skipped, "dead_letter": poison}


def header(record: Any, name: str) -> str:
    """A header's text; empty where it is absent, null or not UTF-8."""
    for key, value in record.headers or ():
        if key == name and value is not None:
            return bytes(value).decode(errors="replace")
    return ""


@dataclass(frozen=True, slots=True)
class Interest:
    """What a stage wants of its topics, by event type.

    `decided` is for the decider; `passed` is known, and passed over by the header alone. Any other
    type is read, so that its form is checked, and kept for projections.
    """

    group: str
    decided: Collection[str]
    passed: Collection[str] = ()


def decode(records: Sequence[Any], interest: Interest) -> Batch:
    """Decode what the stage wants, record by record."""
    batch = Batch()
    for record in records:
        hint = header(record, "ce_type")
        if hint in interest.passed:
            batch.skipped += 1
            continue
        try:
            _take(batch, record, hint, interest)
        except PoisonError as error:
            batch.poison.append((record, error))
    return batch


def _take(batch: Batch, record: Any, hint: str, interest: Interest) -> None:
    if not record.value:
        raise PoisonError("undecodable", "no value")
    found: list[Personal] = []
    envelope = read(record.value, found, hint)
    _check_place(record, envelope)
    trigger = Trigger(interest.group, record.topic, record.partition, record.offset)
    by_id = header(record, "dlq-redrives") != ""
    incoming = Incoming(envelope, record.value, trigger, by_id)
    batch.read.append(incoming)
    if envelope.type in interest.decided:
        batch.by_complaint.setdefault(envelope.subject, []).append(incoming)
        batch.found += found


def _check_place(record: Any, envelope: Envelope) -> None:
    if record.key != envelope.subject.encode():
        raise PoisonError("envelope_mismatch", "key")
    stage = TOPIC_STAGE.get(record.topic)
    if stage is not None and (stage != envelope.stage or envelope.sequence is None):
        raise PoisonError("envelope_mismatch", "topic")
