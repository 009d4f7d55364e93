"""Which complaints a stage held back, told from its dead letters and redrives. Pure.

The marks that settle a letter are no sign: a redrive may not have been taken, or have failed again,
and what was discarded is still parked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from shared.envelope import Envelope
from shared.events.base import RedriveSubmitted
from shared.pipeline import LANES, Stage
from shared.restoring.log import Logged, Place


@dataclass(frozen=True)
class Parked:
    """Why a complaint waits for a person, and since when (Kafka's time, in milliseconds)."""

    reason: str
    since: int


def is_redrive(envelope: Envelope) -> bool:
    """Whether it is a person's word to try again."""
    return isinstance(envelope.data, RedriveSubmitted)


def parked_in(
    stage: Stage,
    complaint: str,
    records: Sequence[Logged],
    found: Sequence[tuple[Logged, Envelope]],
    said: Callable[[Logged, str], str],
    committed: Mapping[Place, int],
) -> Parked | None:
    """Whether the stage held the complaint back at the end.

    Each letter parks it, each redrive that was taken frees it, and a letter that names the redrive
    itself says that it failed again. `said` reads a header.
    """
    inputs = {stage.topic("inputs", lane): stage.group(lane) for lane in LANES}
    steps: list[tuple[int, int, Logged]] = []
    redrives = {}
    for record, envelope in found:
        group = inputs.get(record.topic)
        past = group and record.offset < committed.get((group, record.topic, record.partition), 0)
        if past and is_redrive(envelope):
            redrives[record.topic, record.partition, record.offset] = record
            steps.append((record.time, 0, record))
    for record in records:
        is_letter = record.topic == stage.topic("dead-letters") and not said(record, "dlq-of")
        if is_letter and said(record, "dlq-parked") == complaint:
            steps.append((record.time, 1, record))
    return _at_the_end(sorted(steps, key=lambda step: step[:2]), redrives.keys(), said)


def _at_the_end(
    steps: Sequence[tuple[int, int, Logged]],
    redrives: Collection[tuple[str, int, int]],
    said: Callable[[Logged, str], str],
) -> Parked | None:
    parked: Parked | None = None
    freed: Parked | None = None
    for time, is_letter, record in steps:
        if not is_letter:
            freed, parked = (parked if parked is not None else freed), None
            continue
        reason, place = said(record, "dlq-reason"), _original(record, said)
        again = freed if place in redrives else None
        since = int(said(record, "dlq-original-timestamp") or time)
        parked = parked or Parked(reason, again.since if again else min(since, time))
    return parked


def _original(record: Logged, said: Callable[[Logged, str], str]) -> tuple[str, int, int]:
    topic, partition, offset = (
        said(record, f"dlq-original-{name}") for name in ("topic", "partition", "offset")
    )
    return topic, int(partition or 0), int(offset or 0)
