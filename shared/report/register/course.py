"""What the register notes of a complaint from its receipt to its decision. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.envelope import Envelope
from shared.events import intake, investigation, triage, verification
from shared.report.register.row import Row

Rule = Callable[[Row, Envelope, Any], None]


def _received(row: Row, _: Envelope, data: intake.ComplaintReceived) -> None:
    facts = data.facts
    row.case_id, row.channel, row.received_at = facts.reference, facts.channel, facts.received_at
    row.language, row.client = facts.language_hint or "", row.client or facts.user_id or ""
    row.amount, row.asset, row.facts_at = facts.amount, facts.asset, facts.occurred_at


def _held(row: Row, _: Envelope, data: intake.HoldSet | intake.HoldLifted) -> None:
    row.hold = isinstance(data, intake.HoldSet)


def _erased(row: Row, event: Envelope, _: intake.ComplaintErased) -> None:
    row.erased_at = event.time


def _identified(row: Row, _: Envelope, data: verification.IdentityVerified) -> None:
    row.client = data.user_id


def _asked(row: Row, event: Envelope, data: verification.InfoRequested) -> None:
    asked = {"items": list(data.items), "asked_at": event.time, "answered_at": None}
    row.info_requests.append(asked)


def _answered(row: Row, event: Envelope, _: verification.InfoProvided) -> None:
    for entry in row.info_requests:
        entry["answered_at"] = entry["answered_at"] or event.time


def _admitted(row: Row, event: Envelope, data: verification.AdmissibilityDecided) -> None:
    row.admissible_at = event.time
    row.admissible, row.admissible_reasons = data.admissible, list(data.reasons)


def _classified(row: Row, _: Envelope, data: triage.CaseClassified) -> None:
    row.category, row.language = data.category, data.language
    row.points = list(dict.fromkeys(point.category for point in data.points))


def _recategorised(row: Row, _: Envelope, data: triage.CaseRecategorised) -> None:
    row.category = data.category


def _handled(
    row: Row,
    event: Envelope,
    data: triage.CaseAssigned | triage.LeaseTaken,
) -> None:
    entry = {"level": data.level, "handler": data.assignee, "from": event.time}
    row.handlers.append(entry)


def _conflict(row: Row, event: Envelope, data: triage.ConflictDeclared) -> None:
    row.conflicts.append({"staff": data.staff, "reason": data.reason, "at": event.time})


def _clocked(row: Row, _: Envelope, data: triage.ClockStarted) -> None:
    packs = (terms.pack for terms in (data, *data.beside))
    row.jurisdictions += [pack for pack in packs if pack and pack not in row.jurisdictions]


def _extended(row: Row, _: Envelope, data: triage.ClockExtended) -> None:
    row.extensions.append({"clock": data.clock, "reason": data.reason, "until": data.due_at})


def _breached(row: Row, _: Envelope, data: triage.ClockBreached) -> None:
    entry = {"clock": data.clock, "level": data.level, "kind": data.kind}
    row.breaches.append({**entry, "due_at": data.due_at})


def _joined(row: Row, _: Envelope, data: triage.ProblemOpened | triage.ProblemJoined) -> None:
    row.problem = data.problem_id


def _evidence(row: Row, _: Envelope, data: investigation.EvidenceAdded) -> None:
    found = data.evidence
    entry = {"id": found.evidence_id, "type": found.type, "source": found.source}
    more = {"sha256": found.sha256, "collected_at": found.collected_at, "superseded_by": None}
    row.evidence.append({**entry, **more})


def _superseded(row: Row, _: Envelope, data: investigation.EvidenceSuperseded) -> None:
    for entry in row.evidence:
        if entry["id"] == data.evidence_id:
            entry["superseded_by"] = data.by


def _cause(row: Row, _: Envelope, data: investigation.CauseDetermined) -> None:
    row.root_cause = data.cause


def _proposed(row: Row, event: Envelope, _: investigation.RemedyProposed) -> None:
    row.proposed_at = row.proposed_at or event.time


RULES: Mapping[type[Any], Rule] = {
    intake.ComplaintReceived: _received,
    intake.HoldSet: _held,
    intake.HoldLifted: _held,
    intake.ComplaintErased: _erased,
    verification.IdentityVerified: _identified,
    verification.InfoRequested: _asked,
    verification.InfoProvided: _answered,
    verification.AdmissibilityDecided: _admitted,
    triage.CaseClassified: _classified,
    triage.CaseRecategorised: _recategorised,
    triage.CaseAssigned: _handled,
    triage.LeaseTaken: _handled,
    triage.ConflictDeclared: _conflict,
    triage.ClockStarted: _clocked,
    triage.ClockExtended: _extended,
    triage.ClockBreached: _breached,
    triage.ProblemOpened: _joined,
    triage.ProblemJoined: _joined,
    investigation.EvidenceAdded: _evidence,
    investigation.EvidenceSuperseded: _superseded,
    investigation.CauseDetermined: _cause,
    investigation.RemedyProposed: _proposed,
}
