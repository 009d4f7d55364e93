"""How the actions of reviews change what resolution knows of a case."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from services.resolution.state.case import ResolutionState, ReviewAction
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.resolution import ActionDone, ActionMeasured, ActionOverdue, ActionPlanned

OVERDUE, MEASURE = "action:", "measure:"


def on_action_planned(
    state: ResolutionState, data: ActionPlanned, event: Envelope
) -> ResolutionState:
    """It is asked after when its day is over."""
    action = ReviewAction(action_id=data.action_id, owner=data.owner, against=data.against)
    over = datetime.combine(data.due_on + timedelta(days=1), time(), UTC)
    timer = due(event, OVERDUE + data.action_id, "timer", over, due_on=data.due_on.isoformat())
    changes = {"actions": (*state.actions, action), "due": state.owing(timer)}
    return state.model_copy(update=changes).seen(event)


def on_action_overdue(
    state: ResolutionState, data: ActionOverdue, event: Envelope
) -> ResolutionState:
    """Said once."""
    left = state.without(OVERDUE + data.action_id)
    return state.model_copy(update={"due": left}).seen(event)


def on_action_done(state: ResolutionState, data: ActionDone, event: Envelope) -> ResolutionState:
    """Its effect is counted later."""
    left = {k: i for k, i in state.due.items() if k != OVERDUE + data.action_id}
    item = due(event, MEASURE + data.action_id, MEASURE.rstrip(":"), data.measure_at)
    times = {"since": data.since, "done_at": data.done_at, "until": data.measure_at}
    changes = {"actions": _with(state, data.action_id, **times), "due": {**left, item.key: item}}
    return state.model_copy(update=changes).seen(event)


def on_action_measured(
    state: ResolutionState, data: ActionMeasured, event: Envelope
) -> ResolutionState:
    """It is closed."""
    changes = {
        "actions": _with(state, data.action_id, measured=True),
        "due": state.without(MEASURE + data.action_id),
    }
    return state.model_copy(update=changes).seen(event)


def _with(state: ResolutionState, action_id: str, **marks: object) -> tuple[ReviewAction, ...]:
    return tuple(
        a.model_copy(update=marks) if a.action_id == action_id else a for a in state.actions
    )


REVIEWS: Mapping[type[Event], EvolveRule] = {
    ActionPlanned: on_action_planned,
    ActionOverdue: on_action_overdue,
    ActionDone: on_action_done,
    ActionMeasured: on_action_measured,
}
