"""What was proposed, who approved it, what was done on the exchange, what was decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.notify.cases.telling import Told, plain
from shared.events.base import Remedy
from shared.events.investigation import RemedyProposed
from shared.events.resolution import (
    AppealAdmitted,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalRequested,
    DecisionConfirmed,
    DecisionMade,
    EffectFailed,
    EffectRequested,
    EffectVerified,
    IdentityAwaited,
    RatingNoted,
)


@dataclass
class Proposal:
    """A proposal and where it stands; `needed` people approve it, `given` have.

    `points` are the points answered, each with its finding and the reason; `precedent` says why
    the finding leads to another outcome than it usually does.
    """

    proposal_id: str
    at: datetime
    by: str
    level: int
    outcome: str
    finding: str
    remedies: Sequence[str]
    explanation: str
    stands: str = "being carried out"
    needed: int = 0
    given: list[str] = field(default_factory=list)
    why: str = ""
    points: Sequence[tuple[str, str, str]] = ()
    precedent: str = ""

    @property
    def left(self) -> int:
        """How many people still must approve."""
        return max(self.needed - len(self.given), 0)


@dataclass
class Effect:
    """An action on the exchange: requested, verified by reading it back, or failed."""

    what: str
    at: datetime
    key: str
    status: str = "requested"
    ended_at: datetime | None = None
    problem: str = ""


@dataclass
class Decision:
    """What the customer was told, and what they made of it."""

    decision_id: str
    at: datetime
    level: int
    outcome: str
    finding: str
    remedies: Sequence[str]
    respond_by: datetime
    since: str = "waits for the customer"


def proposals_of(told: Told) -> list[Proposal]:
    """Every proposal, the newest first; two people may also be asked for a freeze to be lifted."""
    found: dict[str, Proposal] = {}
    for event, data in told.of(RemedyProposed):
        for other in found.values():
            if other.level == data.level:
                other.stands = "another took its place"
        found[data.proposal_id] = Proposal(
            data.proposal_id,
            event.time,
            data.proposed_by,
            data.level,
            plain(data.outcome),
            plain(data.finding),
            [amount_of(remedy) for remedy in data.remedies],
            told.said(data.explanation),
            points=[(p.point, plain(p.finding), told.said(p.reason)) for p in data.points],
            precedent=told.said(data.precedent_reason),
        )
    _approved(told, found)
    for _, decided in told.of(DecisionMade):
        _decided(found, decided)
    return list(found.values())[::-1]


def _approved(told: Told, found: dict[str, Proposal]) -> None:
    for event, data in told.of(ApprovalRequested):
        asked = found.setdefault(data.proposal_id, _bare(data, event.time))
        asked.needed, asked.why = data.needed, plain(data.reason)
        asked.stands = "waits for approval"
    for _, data in told.of(ApprovalGiven):
        if one := found.get(data.proposal_id):
            one.given.append(data.staff)
            one.needed = data.needed
            one.stands = "waits for approval" if one.left else "approved"
    for _, data in told.of(IdentityAwaited):
        if one := found.get(data.proposal_id):
            one.stands = f"waits for a proof of identity ({data.needed})"
    for _, data in told.of(ApprovalDenied):
        if one := found.get(data.proposal_id):
            one.stands = f"denied by {data.staff}: {plain(data.reason)}"


def _bare(data: ApprovalRequested, at: datetime) -> Proposal:
    by = data.proposed_by
    return Proposal(data.proposal_id, at, by, 1, plain(data.reason), "", [plain(data.reason)], "")


def _decided(found: dict[str, Proposal], data: DecisionMade) -> None:
    same = [one for one in found.values() if one.level == data.level and one.finding]
    if same and not same[-1].stands.startswith("denied"):
        same[-1].stands = "decided"


def effects_of(told: Told) -> list[Effect]:
    """Every action, the newest first."""
    found: list[Effect] = []
    for event, data in told.of(EffectRequested, EffectVerified, EffectFailed):
        if isinstance(data, EffectRequested):
            what = " ".join(
                filter(None, (data.action, _sum(data.amount, data.asset), data.user_id))
            )
            scope = f" ({', '.join(data.scope)})" if data.scope else ""
            found.append(Effect(what + scope, event.time, data.key))
            continue
        for one in found:
            if one.key == data.key and one.status == "requested":
                one.ended_at = event.time
                one.status = "failed" if isinstance(data, EffectFailed) else "verified"
                one.problem = data.problem if isinstance(data, EffectFailed) else ""
    return found[::-1]


def decisions_of(told: Told) -> list[Decision]:
    """Every decision, the newest first."""
    found: dict[str, Decision] = {}
    for event, data in told.of(DecisionMade):
        remedies = [amount_of(remedy) for remedy in data.remedies]
        found[data.decision_id] = Decision(
            data.decision_id,
            event.time,
            data.level,
            plain(data.outcome),
            plain(data.finding),
            remedies,
            data.respond_by,
        )
    for _, after in told.of(DecisionConfirmed, AppealAdmitted, RatingNoted):
        if one := found.get(after.decision_id):
            one.since = _since(after, one.since)
    return list(found.values())[::-1]


def _since(after: DecisionConfirmed | AppealAdmitted | RatingNoted, before: str) -> str:
    if isinstance(after, DecisionConfirmed):
        return "accepted by the customer" if after.by == "customer" else "accepted by silence"
    if isinstance(after, AppealAdmitted):
        return f"appealed: level {after.level}"
    return f"{before}, rated {after.score} of 5"


def amount_of(remedy: Remedy) -> str:
    """A remedy in a line: `credit 0.5 BTC to 10042 for order|O-1`."""
    parts = [plain(remedy.code), _sum(remedy.amount, remedy.asset)]
    parts += [f"to {remedy.user_id}"] if remedy.amount is not None and remedy.user_id else []
    parts += [f"for {remedy.thing}"] if remedy.thing else []
    parts += [f"({', '.join(remedy.scope)})"] if remedy.scope else []
    return " ".join(filter(None, parts))


def _sum(amount: object, asset: str | None) -> str:
    return "" if amount is None else f"{amount:f} {asset or ''}".strip()
