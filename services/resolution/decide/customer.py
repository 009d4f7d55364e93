"""What the customer says to a decision: yes, no, nothing, an appeal, a rating, or never mind."""

from services.resolution.rules.appeals import fault_of_appeal
from services.resolution.rules.decisions import closing, withdrawal
from services.resolution.state import ResolutionState
from services.resolution.state.decisions import CONFIRM
from shared.decider import Context
from shared.events.base import Event, TimerElapsed
from shared.events.intake import (
    AppealReceived,
    ComplaintWithdrawn,
    ConfirmationReceived,
    RatingReceived,
)
from shared.events.resolution import (
    AppealAdmitted,
    AppealRefused,
    CallbackRequested,
    ConfirmationRefused,
    DissatisfactionNoted,
    RatingNoted,
    RatingRefused,
    WithdrawalNoted,
    WithdrawalRefused,
)

NO_DECISION = "no-such-decision"


def on_confirmation_received(
    state: ResolutionState, data: ConfirmationReceived, context: Context
) -> list[Event]:
    """Yes ends the case; no is kept, and leaves the rest of the time for an appeal."""
    decision = state.decision(data.decision_id)
    if decision is None:
        return [ConfirmationRefused(rule=NO_DECISION, input_id=context.cause)]
    if decision.appealed or state.closed or state.withdrawn:
        rule = "already-appealed" if decision.appealed else "closed"
        return [ConfirmationRefused(rule=rule, input_id=context.cause)]
    if data.satisfied:
        return closing(state, decision, "customer", context)
    return [] if decision.contested else [DissatisfactionNoted(decision_id=data.decision_id)]


def on_time_to_respond_over(
    state: ResolutionState, data: TimerElapsed, context: Context
) -> list[Event]:
    """Silence for the time that the letter named ends the case."""
    decisions = {CONFIRM + d.decision_id: d for d in state.decisions}
    return closing(state, decisions[data.key], "silence", context)


def on_appeal_received(
    state: ResolutionState, data: AppealReceived, context: Context
) -> list[Event]:
    """Another person looks at it one level up, also where the case was closed."""
    decision = state.decision(data.decision_id)
    if decision is None:
        return [AppealRefused(rule=NO_DECISION, input_id=context.cause)]
    if rule := fault_of_appeal(state, decision, context):
        return [AppealRefused(rule=rule, input_id=context.cause)]
    return [
        AppealAdmitted(
            decision_id=data.decision_id,
            level=decision.level + 1,
            points=data.points,
            reason=data.reason,
        )
    ]


def on_rating_received(
    state: ResolutionState, data: RatingReceived, context: Context
) -> list[Event]:
    """Count one rating for each decision; a low one asks for a call, and opens nothing again."""
    decision = state.decision(data.decision_id)
    if decision is None or decision.rated:
        rule = "already-rated" if decision else NO_DECISION
        return [RatingRefused(rule=rule, input_id=context.cause)]
    if context.now > decision.made_at + context.policy.resolution.rating_within:
        return [RatingRefused(rule="too-late", input_id=context.cause)]
    noted = RatingNoted(decision_id=data.decision_id, score=data.score)
    if data.score > context.policy.resolution.low_score:
        return [noted]
    return [noted, CallbackRequested(decision_id=data.decision_id, score=data.score)]


def on_complaint_withdrawn(
    state: ResolutionState, _data: ComplaintWithdrawn, context: Context
) -> list[Event]:
    """End the case, after the effects under way, which no word can stop."""
    if state.closed or state.withdrawn:
        rule = "closed" if state.closed else "already-withdrawn"
        return [WithdrawalRefused(rule=rule, input_id=context.cause)]
    if waits_for := state.keys("requested"):
        return [WithdrawalNoted(waits_for=waits_for)]
    return withdrawal(state, context)
