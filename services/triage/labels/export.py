"""Labels out of an export of the log: what people corrected, as lines a training can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError
from shared.audit.records import by_partition
from shared.envelope import Envelope, read
from shared.errors import KeyMissingError, PoisonError
from shared.events.personal import DataKey, Personal
from shared.events.triage import CaseClassified, CaseRecategorised, PriorityChanged
from shared.events.verification import AdmissibilityDecided
from shared.pipeline import LANES, STAGES
from shared.runner.decode import header

TOLD = frozenset(topic for lane in LANES for topic in STAGES["triage"].sources(lane))
OWN = frozenset(STAGES["triage"].topic("events", lane) for lane in LANES)
WANTED = frozenset(
    model.event_type
    for model in (AdmissibilityDecided, CaseClassified, CaseRecategorised, PriorityChanged)
)
Keys = Callable[[Sequence[str]], Mapping[str, DataKey]]
"""The keys of these names, those that exist; a destroyed one has no secret."""


@dataclass
class _Case:
    """The events of one complaint that a label rests on, by id, and its sealed words."""

    events: dict[str, Envelope] = field(default_factory=dict)
    words: list[Personal] = field(default_factory=list)


def labels(folder: Path, keys: Keys) -> Iterator[dict[str, Any]]:
    """One line for each complaint whose category or priority a person changed.

    It has the shape of a training text, `was` what the rules had said, and the reasons as codes;
    `text` only where a key opens it. Raises UsageError where the folder is no export,
    BadExportError where a record is missing or damaged, and what `keys` raises.
    """
    for _, records in by_partition(folder, OWN | TOLD):
        cases = {name: case for name, case in _read(records).items() if _corrected(case)}
        names = {one.kid for case in cases.values() for one in case.words if one.kid}
        found = keys(sorted(names)) if names else {}
        for name, case in sorted(cases.items()):
            _unlock(case, found)
            yield _label(name, case)


def _read(records: Iterator[Record]) -> dict[str, _Case]:
    cases: dict[str, _Case] = defaultdict(_Case)
    for record in records:
        _take(cases, record)
    return cases


def _take(cases: dict[str, _Case], line: Record) -> None:
    """Keep a record that a label rests on; of what cannot be read nothing came either."""
    name = header(line, "ce_type")
    if name not in WANTED:
        return
    found: list[Personal] = []
    try:
        envelope = read(line.value or b"", found, name)
    except PoisonError:
        return
    except (LookupError, TypeError, ValueError) as error:
        raise BadExportError(f"{line.place}: it cannot be read") from error
    case = cases[envelope.subject]
    if envelope.id not in case.events:
        case.events[envelope.id] = envelope
        case.words += found


def _of(case: _Case, model: type[Any]) -> list[Any]:
    ordered = sorted(case.events.values(), key=lambda event: event.sequence or 0)
    return [event.data for event in ordered if isinstance(event.data, model)]


def _changes(case: _Case) -> list[PriorityChanged]:
    return [change for change in _of(case, PriorityChanged) if change.staff]


def _corrected(case: _Case) -> bool:
    return bool(_of(case, CaseClassified) and (_of(case, CaseRecategorised) or _changes(case)))


def _unlock(case: _Case, keys: Mapping[str, DataKey]) -> None:
    """A destroyed key opens nothing: the word for it would be no text to learn from."""
    for personal in case.words:
        key = keys.get(personal.kid or "")
        if key is not None and key.secret is not None:
            personal.unlock(key)


def _label(name: str, case: _Case) -> dict[str, Any]:
    first: CaseClassified = _of(case, CaseClassified)[0]
    corrections, changes = _of(case, CaseRecategorised), _changes(case)
    label = {
        "id": name,
        "language": first.language,
        "category": corrections[-1].category if corrections else first.category,
        "priority": changes[-1].priority if changes else first.priority,
        "trap": False,
        "was": {"category": first.category, "priority": first.priority},
        "reasons": [change.reason for change in (*corrections, *changes)],
        "rules_version": first.rules_version,
    }
    return label | _text(case)


def _text(case: _Case) -> dict[str, str]:
    """The words that triage read, as it read them."""
    admitted = [told.facts for told in _of(case, AdmissibilityDecided) if told.admissible]
    if not admitted:
        return {}
    try:
        return {"text": f"{admitted[-1].subject.text}\n{admitted[-1].description.text}"}
    except KeyMissingError:
        return {}
