"""What the register notes of a complaint from its decision on. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from shared.envelope import Envelope
from shared.events import notify, resolution
from shared.report.register.row import Row

Rule = Callable[[Row, Envelope, Any], None]


def _name(key: str) -> str:
    # The key itself holds what somebody else could look up: a transaction, an order.
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _requested(row: Row, _: Envelope, data: resolution.EffectRequested) -> None:
    if data.asset and data.amount is not None:
        entry = {"payment": _name(data.key), "action": data.action, "asset": data.asset}
        row.redress.append({**entry, "amount": data.amount, "at": None})


def _paid(row: Row, event: Envelope, data: resolution.EffectVerified) -> None:
    for entry in row.redress:
        if entry["payment"] == _name(data.key):
            entry["at"] = data.applied_at or event.time


def _approved(row: Row, event: Envelope, data: resolution.ApprovalGiven) -> None:
    row.approvals.append({"staff": data.staff, "at": event.time})


def _decided(row: Row, event: Envelope, data: resolution.DecisionMade) -> None:
    entry = {"decision_id": data.decision_id, "level": data.level, "outcome": data.outcome}
    row.decisions.append({**entry, "finding": data.finding, "at": event.time})
    row.decision, row.decided_at, row.finding = data.outcome, event.time, data.finding
    row.root_cause = data.cause


def _confirmed(row: Row, _: Envelope, data: resolution.DecisionConfirmed) -> None:
    row.accepted = data.by


def _appealed(row: Row, event: Envelope, data: resolution.AppealAdmitted) -> None:
    row.appeals.append({"level": data.level, "points": list(data.points), "at": event.time})
    row.accepted = None


def _referred(row: Row, _: Envelope, data: resolution.ExternalReferred) -> None:
    row.external.append({"body": data.body, "on": data.referred_on, "outcome": None})


def _outside(row: Row, _: Envelope, data: resolution.ExternalDecided) -> None:
    for entry in row.external:
        if entry["body"] == data.body:
            entry["outcome"] = data.outcome


def _reviewed(row: Row, event: Envelope, data: resolution.ReviewRecorded) -> None:
    row.reviews.append({"trigger": data.trigger, "at": event.time})


def _rated(row: Row, _: Envelope, data: resolution.RatingNoted) -> None:
    row.csat = data.score


def _closed(row: Row, event: Envelope, data: resolution.CaseClosed) -> None:
    row.closed_at, row.decision = event.time, data.outcome


def _letter(row: Row, _: Envelope, data: notify.LetterRequested) -> None:
    if data.kind == "decision":
        row.letter_id, row.letter_sha256 = data.letter_id, data.sha256
        row.letter_template = f"{data.language}/{data.template}@{data.template_version}"


def _sent(row: Row, _: Envelope, data: notify.LetterSent) -> None:
    if data.kind == "acknowledgement" and row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledgement = data.sent_at, data.letter_id
    elif data.kind == "decision":
        row.answered_at = row.answered_at or data.sent_at


RULES: Mapping[type[Any], Rule] = {
    resolution.EffectRequested: _requested,
    resolution.EffectVerified: _paid,
    resolution.ApprovalGiven: _approved,
    resolution.DecisionMade: _decided,
    resolution.DecisionConfirmed: _confirmed,
    resolution.AppealAdmitted: _appealed,
    resolution.ExternalReferred: _referred,
    resolution.ExternalDecided: _outside,
    resolution.ReviewRecorded: _reviewed,
    resolution.RatingNoted: _rated,
    resolution.CaseClosed: _closed,
    notify.LetterRequested: _letter,
    notify.LetterSent: _sent,
}
