"""Who takes a case for a while, who keeps it, and who must not have it."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.rules.assign import PEOPLE
from services.triage.rules.commands import against_any
from services.triage.state import TriageState
from services.triage.taking.queueing import unqueued
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.investigation import StaffActed
from shared.events.triage import (
    CaseAssigned,
    ConflictDeclared,
    ConflictRefused,
    ConflictSubmitted,
    LeaseExpired,
    LeaseKept,
    LeaseRefused,
    LeaseSubmitted,
    LeaseTaken,
)

CLAIMED = "claimed"


def given(state: TriageState, assignee: str, reason: str, context: Context) -> list[Event]:
    """The case with its new owner, who ends its wait."""
    assigned = CaseAssigned(
        team=state.team,
        assignee=assignee,
        level=state.level,
        category=state.category,
        language=state.language,
        priority=state.priority,
        reason=reason,
        points=state.points,
    )
    return [assigned, *unqueued(state, context)]


def on_lease_submitted(state: TriageState, data: LeaseSubmitted, context: Context) -> list[Event]:
    """A case that waits goes to whoever asks first."""
    if rule := _against_lease(state, data):
        return [LeaseRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    until = context.now + context.policy.triage.lease
    lease = LeaseTaken(assignee=data.staff, level=state.level, until=until)
    return [*given(state, data.staff, CLAIMED, context), lease]


def on_conflict_submitted(
    state: TriageState, data: ConflictSubmitted, context: Context
) -> list[Event]:
    """Nobody judges a matter of their own."""
    rule = against_any(state, data)
    if rule is None and data.staff in state.conflicted:
        rule = "already-declared"
    if rule:
        return [ConflictRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [ConflictDeclared(staff=data.staff, level=state.level, reason=data.reason)]


def on_staff_acted(state: TriageState, data: StaffActed, _context: Context) -> list[Event]:
    """Evidence and proposals of a person keep the case for them."""
    return kept(state, data.staff)


def kept(state: TriageState, by: str | None) -> list[Event]:
    """The case was acted on: whoever has it for a while, and none but them, keeps it."""
    lease = state.lease
    if lease is None or lease.assignee != by:
        return []
    return [LeaseKept(assignee=lease.assignee, level=state.level)]


def expired(state: TriageState) -> list[Event]:
    """Nothing was done in time."""
    lease = state.lease
    if lease is None:  # never: the timer ends with its lease
        return []
    return [LeaseExpired(assignee=lease.assignee, level=state.level, until=lease.until)]


def _against_lease(state: TriageState, data: LeaseSubmitted) -> str | None:
    if rule := against_any(state, data):
        return rule
    if not state.waiting:
        return "not-waiting"
    person = next((p for p in PEOPLE if p.id == data.staff), None)
    if person is None or state.team not in person.teams:
        return "not-of-the-team" if person else "unknown-assignee"
    if person.level < state.level:
        return "level-too-low"
    return "not-independent" if data.staff in state.barred else None


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    StaffActed: on_staff_acted,
    LeaseSubmitted: on_lease_submitted,
    ConflictSubmitted: on_conflict_submitted,
}
