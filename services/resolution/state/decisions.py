"""How the events about decisions, appeals, withdrawal and the end change the case."""

from collections.abc import Mapping

from services.resolution.state.case import Decision, ResolutionState
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event
from shared.events.resolution import (
    AppealAdmitted,
    CaseClosed,
    DecisionConfirmed,
    DecisionMade,
    DissatisfactionNoted,
    RatingNoted,
    ReviewRecorded,
    WithdrawalNoted,
)

CONFIRM, CHECK = "confirm:", "check:"


def on_decision_made(
    state: ResolutionState, data: DecisionMade, event: Envelope
) -> ResolutionState:
    """The customer has until `respond_by`."""
    decision = Decision(
        decision_id=data.decision_id,
        level=data.level,
        outcome=data.outcome,
        finding=data.finding,
        cause=data.cause,
        made_at=event.time,
        proposed_by=data.proposed_by,
    )
    items = [due(event, CONFIRM + data.decision_id, "timer", data.respond_by)]
    if data.check_at:
        items.append(due(event, CHECK + data.decision_id, "check", data.check_at))
    return state.dropping(state.at_hand).model_copy(
        update={
            "decisions": (*state.decisions, decision),
            "due": state.owing(*items),
            "moved": event.sequence,
        }
    )


def on_dissatisfaction_noted(
    state: ResolutionState, data: DissatisfactionNoted, _event: Envelope
) -> ResolutionState:
    """The customer said no once."""
    return state.marked(data.decision_id, contested=True)


def on_decision_confirmed(
    state: ResolutionState, data: DecisionConfirmed, _event: Envelope
) -> ResolutionState:
    """Nobody waits for the customer any more."""
    return state.model_copy(update={"due": state.without(CONFIRM + data.decision_id)})


def on_appeal_admitted(
    state: ResolutionState, data: AppealAdmitted, event: Envelope
) -> ResolutionState:
    """The case is open again, one level up."""
    state = state.marked(data.decision_id, appealed=True)
    return state.model_copy(
        update={
            "level": data.level,
            "closed": None,
            "due": state.without(CONFIRM + data.decision_id),
            "moved": event.sequence,
        }
    )


def on_rating_noted(state: ResolutionState, data: RatingNoted, _event: Envelope) -> ResolutionState:
    """One rating for each decision."""
    return state.marked(data.decision_id, rated=True)


def on_withdrawal_noted(
    state: ResolutionState, _data: WithdrawalNoted, _event: Envelope
) -> ResolutionState:
    """Nothing new is begun."""
    return state.dropping(state.at_hand).model_copy(
        update={"withdrawn": True, "due": _without_waits(state)}
    )


def on_case_closed(state: ResolutionState, data: CaseClosed, event: Envelope) -> ResolutionState:
    """Nothing is awaited but the effects under way; an appeal may open the case again."""
    return state.dropping(state.at_hand).model_copy(
        update={
            "closed": data.outcome,
            "closed_at": event.time,
            "withdrawn": data.outcome == "withdrawn",
            "due": _without_waits(state),
            "moved": event.sequence,
        }
    )


def on_review_recorded(
    state: ResolutionState, data: ReviewRecorded, _event: Envelope
) -> ResolutionState:
    """One review for each trigger."""
    return state.model_copy(update={"reviewed": (*state.reviewed, data.trigger)})


def _without_waits(state: ResolutionState) -> dict[str, DueItem]:
    """Only the waits for the customer: what two people lifted is lifted whoever closes the case."""
    return state.without(*(key for key in state.due if key.startswith(CONFIRM)))


DECISIONS: Mapping[type[Event], EvolveRule] = {
    DecisionMade: on_decision_made,
    DissatisfactionNoted: on_dissatisfaction_noted,
    DecisionConfirmed: on_decision_confirmed,
    AppealAdmitted: on_appeal_admitted,
    RatingNoted: on_rating_noted,
    WithdrawalNoted: on_withdrawal_noted,
    CaseClosed: on_case_closed,
    ReviewRecorded: on_review_recorded,
}
