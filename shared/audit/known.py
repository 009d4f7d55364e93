"""Looking back: what was known of a complaint at a moment, who had read it, what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.audit.chains import Row, checked
from shared.audit.histories import PLACES, row_of
from shared.audit.manifest import read as read_manifest
from shared.audit.records import scan
from shared.audit.replay import folded
from shared.envelope import Envelope, read
from shared.events.notify import CaseRead, LetterSent

Meant = Callable[[str], bool]


def known_at(folder: Path, meant: Meant, until: datetime) -> dict[str, Any]:
    """What each stage knew of one complaint, by stage; `read_by` and `letters_sent` by then.

    Empty where nothing was known. Raises UsageError, BadExportError.
    """
    chains: dict[str, list[Row]] = {}
    for leaf, (_, record) in enumerate(scan(folder, read_manifest(folder))):
        stage, kind = PLACES[record.topic]
        if kind == "events" and meant((record.key or b"").decode("latin-1")):
            chains.setdefault(stage, []).append(row_of(leaf, record))
    whole = {stage: checked(sorted(rows)) for stage, rows in chains.items()}
    found = {stage: state for stage, rows in whole.items() if (state := folded(rows, until))}
    if not found:
        return {}
    told = [event for event in _events(whole.get("notify", ())) if event.time <= until]
    return {**found, "read_by": list(_readings(told)), "letters_sent": _letters(told)}


def readings(folder: Path, meant: Meant) -> Iterator[dict[str, Any]]:
    """Every reading of the complaints meant, in the order of the export.

    Raises UsageError, BadExportError.
    """
    for leaf, (_, record) in enumerate(scan(folder, read_manifest(folder))):
        if PLACES[record.topic] == ("notify", "events"):
            row = row_of(leaf, record)
            if row.type == CaseRead.event_type and meant(row.complaint):
                yield from _readings(_events([row]))


def _events(rows: Sequence[Row]) -> Iterator[Envelope]:
    kinds = (CaseRead.event_type, LetterSent.event_type)
    return (read(row.value, [], row.type) for row in rows if row.type in kinds)


def _readings(events: Iterable[Envelope]) -> Iterator[dict[str, Any]]:
    for event in events:
        if isinstance(event.data, CaseRead):
            told = event.data.model_dump(mode="json", exclude_none=True)
            yield {"complaint": event.subject, "at": event.time.isoformat(), **told}


def _letters(events: Iterable[Envelope]) -> list[dict[str, Any]]:
    wanted = {"letter_id", "kind", "channel", "sent_at"}
    found = (event.data for event in events if isinstance(event.data, LetterSent))
    return [letter.model_dump(mode="json", include=wanted) for letter in found]
