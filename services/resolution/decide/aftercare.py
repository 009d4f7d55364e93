"""What staff record after a decision: a call, a way outside, what came back from there."""

from collections.abc import Mapping

from services.resolution.rules.approvals import moved_on
from services.resolution.state import ResolutionState
from services.resolution.state.decisions import CHECK
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.resolution import (
    CallbackMade,
    CallbackRefused,
    CallbackSubmitted,
    EffectsChecked,
    EffectsRead,
    ExternalDecided,
    ExternalDecisionRefused,
    ExternalDecisionSubmitted,
    ExternalReferred,
    ReferralRefused,
    ReferralSubmitted,
    ReviewRecorded,
)

MOVED_ON = "case-moved-on"


def on_callback_submitted(
    state: ResolutionState, data: CallbackSubmitted, context: Context
) -> list[Event]:
    """Somebody else than who proposed the decision called."""
    decision = state.decision(data.decision_id)
    rule = None
    if moved_on(state, data):
        rule = MOVED_ON
    elif decision is None or decision.callback != "asked":
        rule = "no-callback-due"
    elif decision.proposed_by == data.staff:
        rule = "proposer"
    if rule:
        return [CallbackRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    said = data.model_dump(include={"decision_id", "outcome", "staff"})
    return [CallbackMade(**said)]


def on_referral_submitted(
    state: ResolutionState, data: ReferralSubmitted, context: Context
) -> list[Event]:
    """The matter went outside, after our last word."""
    last = state.decisions[-1] if state.decisions else None
    rule = None
    if moved_on(state, data):
        rule = MOVED_ON
    elif last is None or last.level < context.policy.resolution.last_level:
        rule = "not-last-level"
    elif state.referred:
        rule = "referred-already"
    elif data.referred_on > context.now.date():
        rule = "in-the-future"
    if rule or last is None:
        return [ReferralRefused(rule=str(rule), input_id=context.cause, staff=data.staff)]
    return [
        ExternalReferred(
            body=data.body,
            referred_on=data.referred_on,
            reference=data.reference,
            decision_id=last.decision_id,
            staff=data.staff,
        )
    ]


def on_external_decision_submitted(
    state: ResolutionState, data: ExternalDecisionSubmitted, context: Context
) -> list[Event]:
    """What came back."""
    rule = None
    if moved_on(state, data):
        rule = MOVED_ON
    elif state.referred is None:
        rule = "not-referred"
    elif state.decided_outside:
        rule = "decided-already"
    elif data.decided_on > context.now.date():
        rule = "in-the-future"
    if rule or state.referred is None:
        return [ExternalDecisionRefused(rule=str(rule), input_id=context.cause, staff=data.staff)]
    return [
        ExternalDecided(
            body=state.referred,
            outcome=data.outcome,
            decided_on=data.decided_on,
            summary=data.summary,
            staff=data.staff,
        )
    ]


def on_effects_read(state: ResolutionState, data: EffectsRead, _context: Context) -> list[Event]:
    """A second look; what holds no longer is a matter for people."""
    decision = state.decision(data.key.removeprefix(CHECK))
    checked = EffectsChecked(decision_id=data.key.removeprefix(CHECK), lost=data.lost)
    if not data.lost or decision is None or "effect_lost" in state.reviewed:
        return [checked]
    review = ReviewRecorded(trigger="effect_lost", finding=decision.finding, cause=decision.cause)
    return [checked, review]


AFTERCARE: Mapping[type[Event | Input], DecideRule] = {
    EffectsRead: on_effects_read,
    CallbackSubmitted: on_callback_submitted,
    ReferralSubmitted: on_referral_submitted,
    ExternalDecisionSubmitted: on_external_decision_submitted,
}
