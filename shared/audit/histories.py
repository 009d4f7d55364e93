"""The events of an export by complaint and stage, checked while they are read."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from shared.audit.records import BadExportError, Line, lines, manifest
from shared.envelope import Envelope, digest, event_id, read
from shared.errors import PoisonError
from shared.pipeline import LANES, ROWS

EVENT_TOPICS = {row.topic("events", lane): row.name for row in ROWS for lane in LANES}
Chain = list[tuple[Line, Envelope]]

NEEDS_BEFORE = {
    "redress.info-reminded.v1": "redress.info-requested.v1",
    "redress.case-assigned.v1": "redress.case-classified.v1",
    "redress.clock-met.v1": "redress.clock-started.v1",
    "redress.clock-breached.v1": "redress.clock-started.v1",
    "redress.remedy-proposed.v1": "redress.investigation-started.v1",
    "redress.effect-verified.v1": "redress.effect-requested.v1",
    "redress.effect-failed.v1": "redress.effect-requested.v1",
    "redress.approval-given.v1": "redress.approval-requested.v1",
    "redress.decision-confirmed.v1": "redress.decision-made.v1",
    "redress.appeal-admitted.v1": "redress.decision-made.v1",
    "redress.letter-sent.v1": "redress.letter-requested.v1",
    "redress.letter-failed.v1": "redress.letter-requested.v1",
}
"""Legal transitions: what a complaint's stage must have decided before."""


def histories(folder: Path) -> dict[tuple[str, str], Chain]:
    """Every (complaint, stage)'s events by sequence, copies left out.

    Raises BadExportError naming the first record that is damaged, forked, missing or illegal.
    """
    chains: dict[tuple[str, str], dict[int, tuple[Line, Envelope]]] = defaultdict(dict)
    for part in manifest(folder)["partitions"]:
        stage = EVENT_TOPICS.get(part["topic"])
        for line in lines(folder, part):
            if stage is not None:
                envelope = _event(line, stage)
                _keep(chains[envelope.subject, stage], line, envelope)
    return {key: _checked(chain) for key, chain in sorted(chains.items())}


def _event(line: Line, stage: str) -> Envelope:
    try:
        envelope = read(line.value or b"", [])
    except PoisonError as error:
        raise BadExportError(f"{line.place}: {error.slug}") from error
    if envelope.stage != stage or (line.key or b"").decode(errors="replace") != envelope.subject:
        raise BadExportError(f"{line.place}: it does not belong into this topic or partition")
    return envelope


def _keep(chain: dict[int, tuple[Line, Envelope]], line: Line, envelope: Envelope) -> None:
    sequence = envelope.sequence or 0
    there = chain.setdefault(sequence, (line, envelope))
    if there[0].value != line.value:
        raise BadExportError(f"{line.place}: another event has this sequence ({there[0].place})")


def _checked(chain: dict[int, tuple[Line, Envelope]]) -> Chain:
    ordered = [chain[sequence] for sequence in sorted(chain)]
    before, index, cause, types = "", 0, "", set[str]()
    for expected, (line, envelope) in enumerate(ordered, 1):
        if envelope.sequence != expected:
            raise BadExportError(f"{line.place}: sequence {expected} is missing before it")
        if envelope.prevhash != before:
            raise BadExportError(f"{line.place}: it does not follow the event before it")
        index = index + 1 if envelope.causationid == cause else 0
        cause = envelope.causationid
        if envelope.id != event_id(envelope.subject, envelope.stage, expected, cause, index):
            raise BadExportError(f"{line.place}: its id is not made from its cause")
        if (needed := NEEDS_BEFORE.get(envelope.type)) and needed not in types:
            raise BadExportError(f"{line.place}: {envelope.type} without {needed} before it")
        types.add(envelope.type)
        before = digest(line.value or b"")
    return ordered
