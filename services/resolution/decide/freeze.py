"""Freezing at once, unfreezing by two people."""

from services.resolution.rules.approvals import APPROVERS, FOUR_EYES, FREEZERS, moved_on
from services.resolution.rules.freezes import (
    PLAIN_USER,
    covered,
    freeze_by_person,
    freeze_in_emergency,
    unfreezes,
)
from services.resolution.rules.ids import named
from services.resolution.state import ResolutionState
from shared.decider import Context
from shared.events.base import Event
from shared.events.resolution import (
    ApprovalGiven,
    ApprovalRequested,
    FreezeNotPossible,
    FreezeRefused,
    FreezeSubmitted,
    ResolutionLaneRaised,
    UnfreezeRefused,
    UnfreezeSubmitted,
)
from shared.events.triage import CaseEscalated


def on_case_escalated(
    state: ResolutionState, data: CaseEscalated, context: Context
) -> list[Event]:
    """Funds are in danger: freeze now, ask later; also where the complaint was taken back."""
    raised = [] if state.lane == "express" else [ResolutionLaneRaised(reason="emergency")]
    if data.user_id is None or not PLAIN_USER.fullmatch(data.user_id):
        missing = [] if state.no_account else [FreezeNotPossible(reason="no-account")]
        return [*raised, *missing]
    order = freeze_in_emergency(
        data.user_id, data.identity, context.now, context.policy.resolution
    )
    known = state.effect(order.key) or covered(state, order, context.now)
    return [*raised, *([] if known else [order])]


def on_freeze_submitted(
    state: ResolutionState, data: FreezeSubmitted, context: Context
) -> list[Event]:
    """Freeze on one person's word."""
    if rule := _fault_of_freeze(state, data, context):
        return [FreezeRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [_order(state, context)]


def _fault_of_freeze(
    state: ResolutionState, data: FreezeSubmitted, context: Context
) -> str | None:
    if moved_on(state, data):
        return "case-moved-on"
    if not FREEZERS.intersection(data.roles):
        return "role-too-low"
    if not PLAIN_USER.fullmatch(state.user_id or ""):
        return "no-account"
    return "frozen-already" if covered(state, _order(state, context), context.now) else None
