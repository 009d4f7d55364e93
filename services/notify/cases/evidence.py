"""The evidence on file, with what took its place, and the sources that did not answer. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.notify.cases.telling import Note, Told, plain
from shared.events.investigation import (
    Evidence,
    EvidenceAdded,
    EvidenceMissing,
    EvidenceSuperseded,
)
from shared.events.personal import SEALED


@dataclass(frozen=True)
class Piece:
    """One piece of evidence; `superseded_by` is the one that counts in its place."""

    evidence: Evidence
    superseded_by: str | None


def pieces_of(told: Told) -> list[Piece]:
    """Every piece that ever was on file, the newest first."""
    better: dict[str, str] = {}
    for _, added in told.of(EvidenceAdded):
        if added.supersedes:
            better[added.supersedes] = added.evidence.evidence_id
    better |= {over.evidence_id: over.by for _, over in told.of(EvidenceSuperseded)}
    every = [added.evidence for _, added in told.of(EvidenceAdded)]
    return [Piece(one, better.get(one.evidence_id)) for one in reversed(every)]


def missing_of(told: Told) -> list[Note]:
    """The sources whose last word was none."""
    found: dict[str, Note] = {}
    for event, data in told.of(EvidenceMissing, EvidenceAdded):
        if isinstance(data, EvidenceAdded):
            found.pop(data.evidence.source, None)
        else:
            text = "given up" if data.again_at is None else f"again {data.again_at:%H:%M:%S UTC}"
            found[data.source] = Note(
                plain(data.source), event.time, text=f"{data.problem}, {text}"
            )
    return list(found.values())


def content_of(told: Told, evidence_id: str) -> str | None:
    """What a piece says, laid out for reading; None where there is no such piece."""
    found = (a.evidence for _, a in told.of(EvidenceAdded) if a.evidence.evidence_id == evidence_id)
    piece = next(found, None)
    if piece is None:
        return None
    text = told.said(piece.content)
    try:
        return (
            text if text == SEALED else json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        )
    except ValueError:  # erased, or the key is missing
        return text
