"""The records of an export, checked while they are read; its events by complaint and stage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from shared.audit.manifest import read as read_manifest
from shared.audit.records import BadExportError, Line, check_whole, lines
from shared.envelope import OWNER, Envelope, digest, event_id, read
from shared.errors import PoisonError
from shared.pipeline import LANES, ROWS

PLACES = {
    row.topic(kind, lane): (row.name, kind)
    for row in ROWS
    for kind in ("events", "inputs", "dead-letters")
    for lane in LANES
}
Chain = list[tuple[Line, Envelope]]

NEEDS_BEFORE = {
    "redress.info-reminded.v1": "redress.info-requested.v1",
    "redress.case-assigned.v1": "redress.case-classified.v1",
    "redress.case-recategorised.v1": "redress.case-classified.v1",
    "redress.clock-met.v1": "redress.clock-started.v1",
    "redress.clock-breached.v1": "redress.clock-started.v1",
    "redress.clock-warned.v1": "redress.clock-started.v1",
    "redress.clock-paused.v1": "redress.clock-started.v1",
    "redress.clock-resumed.v1": "redress.clock-paused.v1",
    "redress.clock-extended.v1": "redress.clock-started.v1",
    "redress.clock-stopped.v1": "redress.clock-breached.v1",
    "redress.lease-kept.v1": "redress.lease-taken.v1",
    "redress.lease-expired.v1": "redress.lease-taken.v1",
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


@dataclass
class Log:
    """An export that held: the chains by (complaint, stage), copies left out, and the rest."""

    chains: dict[tuple[str, str], Chain] = field(default_factory=dict)
    inputs: int = 0
    dead_letters: int = 0


@dataclass
class _Reading:
    log: Log = field(default_factory=Log)
    kept: dict[tuple[str, str], dict[int, tuple[Line, Envelope]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    unread: list[tuple[str, Line, BadExportError]] = field(default_factory=list)
    buried: set[tuple[str, bytes | None, bytes | None]] = field(default_factory=set)

    def events(self, stage: str, line: Line) -> None:
        envelope = _event(line, stage)
        _keep(self.kept[envelope.subject, stage], line, envelope)

    def inputs(self, stage: str, line: Line) -> None:
        self.log.inputs += 1
        try:
            _input(line, stage)
        except BadExportError as error:
            self.unread.append((stage, line, error))

    def dead_letters(self, stage: str, line: Line) -> None:
        self.log.dead_letters += 1
        self.buried.add((stage, line.key, line.value))

    def ended(self) -> Log:
        # What cannot be read may stand in the log where its dead letter does too.
        for stage, line, error in self.unread:
            if (stage, line.key, line.value) not in self.buried:
                raise error
        self.log.chains = {key: _checked(chain) for key, chain in sorted(self.kept.items())}
        return self.log


def histories(folder: Path) -> dict[tuple[str, str], Chain]:
    """The chains of `verified` alone."""
    return verified(folder).chains


def verified(folder: Path) -> Log:
    """Read a whole export.

    Raises UsageError where it is none, BadExportError naming the first record that is damaged,
    forked, missing or illegal; a damage that no record shows is named by its file.
    """
    parts, reading = read_manifest(folder), _Reading()
    takes = {"events": reading.events, "inputs": reading.inputs}
    for part in parts:
        stage, kind = PLACES[part.topic]
        take = takes.get(kind, reading.dead_letters)
        for line in lines(folder, part):
            take(stage, line)
    log = reading.ended()
    for part in parts:
        check_whole(folder, part)
    return log


def _read(line: Line) -> Envelope:
    try:
        envelope = read(line.value or b"", [])
    except PoisonError as error:
        raise BadExportError(f"{line.place}: {error.slug}") from error
    if line.key != envelope.subject.encode():
        raise BadExportError(f"{line.place}: its key is not its complaint")
    return envelope


def _event(line: Line, stage: str) -> Envelope:
    envelope = _read(line)
    if envelope.stage != stage or envelope.type not in OWNER:
        raise BadExportError(f"{line.place}: it does not belong into this topic")
    return envelope


def _input(line: Line, stage: str) -> None:
    envelope = _read(line)
    # An event of another stage is passed on here when its complaint changes the lane.
    if envelope.stage != stage and envelope.type not in OWNER:
        raise BadExportError(f"{line.place}: it does not belong into this topic")


def _keep(chain: dict[int, tuple[Line, Envelope]], line: Line, envelope: Envelope) -> None:
    sequence = envelope.sequence or 0
    last = next(reversed(chain.values()), None)
    there = chain.setdefault(sequence, (line, envelope))
    if there[0].value != line.value:
        raise BadExportError(f"{line.place}: another event has this sequence ({there[0].place})")
    if there[0] is line and last and _follows(last, line, sequence):
        raise BadExportError(f"{line.place}: it stands behind {last[0].place}, which follows it")


def _follows(last: tuple[Line, Envelope], line: Line, sequence: int) -> bool:
    same = (last[0].topic, last[0].partition) == (line.topic, line.partition)
    return same and (last[1].sequence or 0) > sequence


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
