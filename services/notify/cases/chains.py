"""The chains of a complaint's stages, checked again from the bytes of their events. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from shared.audit.chains import Row, checked
from shared.audit.manifest import BadExportError
from shared.envelope import Envelope
from shared.envelope import digest as digest_of
from shared.events.base import Model
from shared.pipeline import STAGES

Kept = tuple[Envelope, bytes]


class Chain(Model):
    """One stage's events so far; `digest` is the sha256 of the last, `fault` what breaks it.

    A complaint that is longer than what is read of it is not `checked`.
    """

    stage: str
    events: int
    digest: str
    fault: str
    checked: bool


def chains(kept: Sequence[Kept], so_far: Sequence[Envelope], *, whole: bool) -> list[Chain]:
    """The chain of each stage that has spoken, in the order of the pipeline.

    As long as the events so far: instants of a stage may go back, its numbers never do. `whole`:
    no earlier event was left out.
    """
    found, spoken = [], Counter(event.stage for event in so_far)
    for stage in STAGES:
        every = sorted((one for one in kept if one[0].stage == stage), key=_number)
        if own := every[: spoken[stage]]:
            digest = digest_of(own[-1][1])
            fault = _fault(own) if whole else ""
            told = Chain(stage=stage, events=len(own), digest=digest, fault=fault, checked=whole)
            found.append(told)
    return found


def _number(kept: Kept) -> int:
    return kept[0].sequence or 0


def _fault(own: Sequence[Kept]) -> str:
    """Why the chain does not hold; empty where it does. The timeline knows no offsets."""
    try:
        checked(_row(event, value) for event, value in own)
    except BadExportError as error:
        return str(error).partition(": ")[2]
    return ""


def _row(event: Envelope, value: bytes) -> Row:
    number = event.sequence or 0
    return Row(
        *(event.subject, event.stage, number, 0, event.stage, 0, number),
        digest_of(value),
        event.prevhash,
        event.id,
        event.causationid,
        event.type,
        b"",
    )
