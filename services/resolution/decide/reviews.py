"""What follows a review: an action, its day, its end, and whether it helped."""

from collections.abc import Mapping
from datetime import date

from services.resolution.rules.approvals import APPROVERS, moved_on
from services.resolution.rules.decisions import own_id
from services.resolution.rules.measuring import rarer
from services.resolution.state import ResolutionState
from services.resolution.state.reviews import MEASURE, OVERDUE
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.resolution import (
    ActionDone,
    ActionDoneSubmitted,
    ActionMeasured,
    ActionOverdue,
    ActionPlanned,
    ActionRefused,
    ActionSubmitted,
    CasesCounted,
)

MOST = 20
"""Actions of one case: a bound of its state."""


def on_action_submitted(
    state: ResolutionState, data: ActionSubmitted, context: Context
) -> list[Event]:
    """A supervisor plans what a reviewed case calls for."""
    if rule := _against_plan(state, data, context):
        return [ActionRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [
        ActionPlanned(
            action_id=own_id(context, f"action|{context.cause}"),
            what=data.what,
            owner=data.owner,
            due_on=data.due_on,
            against=data.against,
            staff=data.staff,
        )
    ]


def _against_plan(state: ResolutionState, data: ActionSubmitted, context: Context) -> str | None:
    known = {code for d in state.decisions for code in (d.finding, d.cause)}
    faults = {
        "case-moved-on": moved_on(state, data),
        "role-too-low": APPROVERS.isdisjoint(data.roles),
        "no-review": not state.reviewed,
        "not-its-cause": data.against not in known,
        "in-the-past": data.due_on < context.now.date(),
        "too-many-actions": len(state.actions) >= MOST,
    }
    return next((rule for rule, true in faults.items() if true), None)


def on_action_done_submitted(
    state: ResolutionState, data: ActionDoneSubmitted, context: Context
) -> list[Event]:
    """It is carried out; as long before as after it is looked at."""
    action = state.action(data.action_id)
    rule = None
    if moved_on(state, data):
        rule = "case-moved-on"
    elif action is None:
        rule = "no-such-action"
    elif action.done_at:
        rule = "done-already"
    if rule:
        return [ActionRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    window = context.policy.resolution.measure_after
    return [
        ActionDone(
            action_id=data.action_id,
            staff=data.staff,
            since=context.now - window,
            done_at=context.now,
            measure_at=context.now + window,
        )
    ]


def on_action_overdue(state: ResolutionState, data: TimerElapsed, _context: Context) -> list[Event]:
    """Its day is over, and nobody said that it is done."""
    action = state.action(data.key.removeprefix(OVERDUE))
    due_on = date.fromisoformat(str(state.due[data.key].arguments["due_on"]))
    if action is None:
        return []
    return [ActionOverdue(action_id=action.action_id, owner=action.owner, due_on=due_on)]


def on_cases_counted(state: ResolutionState, data: CasesCounted, _context: Context) -> list[Event]:
    """Whether it helped."""
    action = state.action(data.key.removeprefix(MEASURE))
    if action is None:
        return []
    return [
        ActionMeasured(
            action_id=action.action_id,
            against=action.against,
            before=data.before,
            after=data.after,
            rarer=rarer(data.before, data.after),
        )
    ]


REVIEWS: Mapping[type[Event | Input], DecideRule] = {
    ActionSubmitted: on_action_submitted,
    ActionDoneSubmitted: on_action_done_submitted,
    CasesCounted: on_cases_counted,
}
