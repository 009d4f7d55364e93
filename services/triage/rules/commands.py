"""What a member of staff may ask of triage: each rule answers with its code, or None."""

from services.triage.rules.assign import PEOPLE
from services.triage.state import TriageState
from shared.events.base import StaffCommand
from shared.events.triage import AssignmentSubmitted, PrioritySubmitted


def against_priority(state: TriageState, asked: PrioritySubmitted) -> str | None:
    """Anybody may raise; lowering takes a supervisor, and both take a reason."""
    if rule := against_any(state, asked):
        return rule
    if asked.priority == state.priority:
        return "same-priority"
    if not asked.reason.strip():
        return "reason-missing"
    if asked.priority > state.priority and "supervisor" not in asked.roles:
        return "supervisor-needed"
    return None


def against_assignment(state: TriageState, asked: AssignmentSubmitted) -> str | None:
    """The case goes to somebody we know, of the level it has, who has not judged it before."""
    if rule := against_any(state, asked):
        return rule
    person = next((p for p in PEOPLE if p.id == asked.assignee), None)
    if person is None:
        return "unknown-assignee"
    if state.merged_into:
        return "case-merged"
    if asked.assignee == state.assignee:
        return "already-assigned"
    if person.level < state.level:
        return "level-too-low"
    return "not-independent" if asked.assignee in state.barred else None


def against_any(state: TriageState, asked: StaffCommand) -> str | None:
    """The case is there, not over, and stands as the person has seen it."""
    if not state.classified:
        return "not-classified"
    if state.over:
        return "case-settled"
    return "case-moved-on" if 0 < asked.expected_sequence < state.moved else None
