"""Everything on the page of a case, from its events. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.notify.cases.clocks import Clock, clocks_of
from services.notify.cases.evidence import Piece, missing_of, pieces_of
from services.notify.cases.findings import Task, causes_of, findings_of, tasks_of
from services.notify.cases.head import Claim, Head, claim_of, head_of
from services.notify.cases.proposals import (
    Decision,
    Effect,
    Proposal,
    decisions_of,
    effects_of,
    proposals_of,
)
from services.notify.cases.talk import Letter, letters_of, messages_of, on_record
from services.notify.cases.telling import Note, Told
from services.notify.timeline import in_order
from shared.envelope import Envelope


@dataclass(frozen=True)
class CaseView:
    """A case as staff see it; `seen` is each stage's last event, the ETag of its commands."""

    head: Head
    claim: Claim
    tasks: Sequence[Task]
    clocks: Sequence[Clock]
    evidence: Sequence[Piece]
    missing: Sequence[Note]
    findings: Sequence[Note]
    causes: Sequence[Note]
    proposals: Sequence[Proposal]
    effects: Sequence[Effect]
    decisions: Sequence[Decision]
    record: Sequence[Note]
    letters: Sequence[Letter]
    messages: Sequence[Note]
    seen: Mapping[str, int]


def case_view(events: Sequence[Envelope], *, reads: bool) -> CaseView:
    """The page's content; without the right to read, personal words are named as sealed."""
    told = Told(in_order(events), reads)
    return CaseView(
        head=head_of(told),
        claim=claim_of(told),
        tasks=tasks_of(told),
        clocks=clocks_of(told),
        evidence=pieces_of(told),
        missing=missing_of(told),
        findings=findings_of(told),
        causes=causes_of(told),
        proposals=proposals_of(told),
        effects=effects_of(told),
        decisions=decisions_of(told),
        record=on_record(told),
        letters=letters_of(told),
        messages=messages_of(told),
        seen=_seen(events),
    )


def _seen(events: Sequence[Envelope]) -> dict[str, int]:
    found: dict[str, int] = {}
    for event in events:
        found[event.stage] = max(found.get(event.stage, 0), event.sequence or 0)
    return found
