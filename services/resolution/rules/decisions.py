"""Making a decision, ending a case, and what must be learnt from it."""

import hashlib
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from services.resolution.rules.proofs import TOO_LOW, lacking
from services.resolution.state.case import Decision, ResolutionState
from shared.decider import Context
from shared.events.base import Event
from shared.events.investigation import RemedyProposed
from shared.events.resolution import (
    CaseClosed,
    DecisionConfirmed,
    DecisionMade,
    EffectRequested,
    IdentityAwaited,
    ReviewRecorded,
)

Trigger = Literal["p1", "appeal_upheld", "breach", "sample", "effect_lost", "half_done"]


def own_id(context: Context, name: str) -> str:
    """An id of this complaint: the same name gives the same id."""
    return str(uuid.uuid5(uuid.UUID(context.complaint), name))


def decision_on(proposal: RemedyProposed, context: Context) -> DecisionMade:
    """The decision that a proposal becomes once it is carried out; the same id every time."""
    return DecisionMade(
        decision_id=own_id(context, f"decision|{proposal.proposal_id}"),
        level=proposal.level,
        outcome=proposal.outcome,
        finding=proposal.finding,
        cause=proposal.cause,
        remedies=proposal.remedies,
        details=proposal.details,
        explanation=proposal.explanation,
        points=proposal.points,
        proposed_by=proposal.proposed_by,
        respond_by=context.now + context.policy.resolution.confirm_after,
    )


def double_claim_on(proposal: RemedyProposed, context: Context) -> DecisionMade:
    """The decision when the thing is paid for already; the proposal's words hold no longer."""
    return decision_on(proposal, context).model_copy(
        update={
            "outcome": "rejected",
            "finding": "double_claim",
            "cause": "rules_applied",
            "remedies": (),
            "details": {**proposal.details, "already_credited": True},
            "explanation": None,
        }
    )


def next_step(
    state: ResolutionState,
    proposal: RemedyProposed,
    plan: tuple[EffectRequested, ...],
    verified: tuple[str, ...],
    context: Context,
) -> Event:
    """The first effect that is not verified yet, or the proof it needs; the decision when all are.

    One at a time, so that no payment is under way whose ground has fallen away.
    """
    for order in plan:
        if order.key not in verified:
            return _once_proved(order, state, proposal, context)
    again = context.now + context.policy.resolution.check_after
    return decision_on(proposal, context).model_copy(update={"check_at": again})


def _once_proved(
    order: EffectRequested, state: ResolutionState, proposal: RemedyProposed, context: Context
) -> EffectRequested | IdentityAwaited:
    needed = lacking(order.action, order.user_id, state, context.policy.identity)
    if needed is None:
        return order
    return IdentityAwaited(
        proposal_id=proposal.proposal_id,
        action=order.action,
        user_id=order.user_id,
        needed=needed,
        proved=state.proof_of(order.user_id),
        reason=TOO_LOW,
    )


def resumed(state: ResolutionState, context: Context) -> list[Event]:
    """What a proposal that waited for proof goes on with, once there is enough of it."""
    if not state.held or state.proposal is None:
        return []
    step = next_step(state, state.proposal, state.plan, state.keys("verified"), context)
    return [] if isinstance(step, IdentityAwaited) else [step]


def closing(
    state: ResolutionState,
    decision: Decision,
    by: Literal["customer", "silence"],
    context: Context,
) -> list[Event]:
    """The case ends with the decision, accepted by word or by silence."""
    confirmed = DecisionConfirmed(decision_id=decision.decision_id, by=by)
    closed = CaseClosed(
        outcome=decision.outcome, level=decision.level, decision_id=decision.decision_id
    )
    return [confirmed, closed, *reviews(state, context)]


def withdrawal(state: ResolutionState, context: Context) -> list[Event]:
    """The case ends because the customer took it back."""
    latest = state.decisions[-1].decision_id if state.decisions else None
    closed = CaseClosed(outcome="withdrawn", level=state.level, decision_id=latest)
    return [closed, *reviews(state, context)]


def reviews(state: ResolutionState, context: Context) -> Iterator[ReviewRecorded]:
    """What is on record for review when the case ends, each trigger once."""
    latest = state.decisions[-1] if state.decisions else None
    for trigger in triggers(state, latest, context):
        if trigger not in state.reviewed:
            yield ReviewRecorded(
                trigger=trigger,
                finding=latest.finding if latest else "withdrawn",
                cause=latest.cause if latest else "undetermined",
            )


def triggers(
    state: ResolutionState, latest: Decision | None, context: Context
) -> Iterator[Trigger]:
    """Why the case is reviewed: danger to funds, an appeal that was right, a broken promise.

    Or by chance, drawn by the complaint's id, so that a rebuild draws the same sample.
    """
    if state.priority == "P1":
        yield "p1"
    if latest and latest.level > 1 and latest.outcome in {"upheld", "partly_upheld"}:
        yield "appeal_upheld"
    if state.breached:
        yield "breach"
    if _half_done(state):
        yield "half_done"
    if latest and _drawn(context.complaint, context.policy.resolution.review_sample):
        yield "sample"


def _half_done(state: ResolutionState) -> bool:
    """Whether a proposal was paid in part: one effect was read back, another got a final no.

    Investigation has a task for it; a case that ends before anybody did it is not forgotten.
    """
    latest = {effect.order.key: effect for effect in state.effects}
    ends: dict[str, set[str]] = {}
    for effect in latest.values():
        ends.setdefault(effect.order.proposal_id or "", set()).add(effect.status)
    return any(name and {"verified", "failed"} <= status for name, status in ends.items())


def _drawn(complaint: str, share: Decimal) -> bool:
    number = int.from_bytes(hashlib.sha256(complaint.encode()).digest()[:4])
    return number < int(share * 2**32)
