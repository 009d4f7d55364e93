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


def header(record: Any, name: str) -> str:
    """A header's text; empty where it is absent, null or not UTF-8."""
    for key, value in record.headers or ():
        if key == name and value is not None:
            return bytes(value).decode(errors="replace")
    return ""


def decode(
    records: Sequence[Any], group: str, wanted: Collection[str], skipped: Collection[str]
) -> Batch:
    """Decode what the stage wants; types in `skipped` are passed over by their header alone.

    A type that is neither wanted nor skipped is read (so that its form is checked) and kept in
    `read` only: projections want it, the decider does not.
    """
    batch = Batch()
    for record in records:
        hint = header(record, "ce_type")
        if hint in skipped:
            batch.skipped += 1
            continue
        found: list[Personal] = []
        try:
            envelope = _envelope(record, hint, found)
        except PoisonError as error:
            batch.poison.append((record, error))
            continue
        trigger = Trigger(group, record.topic, record.partition, record.offset)
        by_id = header(record, "dlq-redrives") != ""
        incoming = Incoming(envelope, record.value, trigger, by_id)
        batch.read.append(incoming)
        if envelope.type in wanted:
            batch.by_complaint.setdefault(envelope.subject, []).append(incoming)
            batch.found += found
    return batch


def _envelope(record: Any, hint: str, found: list[Personal]) -> Envelope:
    if not record.value:
        raise PoisonError("undecodable", "no value")
    envelope = read(record.value, found, hint)
    if record.key != envelope.subject.encode():
        raise PoisonError("envelope_mismatch", "key")
    stage = TOPIC_STAGE.get(record.topic)
    if stage is not None and (stage != envelope.stage or envelope.sequence is None):
        raise PoisonError("envelope_mismatch", "topic")
    return envelope
