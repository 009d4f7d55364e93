"""Which cases may wait for another, and which must not any more. Pure."""

from __future__ import annotations

from services.triage.rules.assign import PEOPLE
from services.triage.rules.commands import against_any
from services.triage.state import TriageState
from shared.events.triage import CaseUnmerged, MergeSubmitted, UnmergeSubmitted

DANGER = "emergency"


def against_merge(state: TriageState, asked: MergeSubmitted, complaint: str) -> str | None:
    """Danger and appeals wait for nobody, and no case waits for one that waits itself."""
    if rule := against_any(state, asked):
        return rule
    checks = (
        ("same-case", asked.into == complaint),
        ("already-merged", state.merged_into is not None),
        ("leads-others", bool(state.leads)),
        ("emergency-stays", state.emergency or state.priority == "P1"),
        ("appeal-stays", state.level > 1),
    )
    return next((rule for rule, broken in checks if broken), None)


def against_unmerge(state: TriageState, asked: UnmergeSubmitted) -> str | None:
    """There is something to take back."""
    return against_any(state, asked) or (None if state.merged_into else "not-merged")


def ended(state: TriageState, reason: str = DANGER) -> list[CaseUnmerged]:
    """What waits for another goes on by itself: danger waits for nobody."""
    return [CaseUnmerged(into=state.merged_into, reason=reason)] if state.merged_into else []


def fits(state: TriageState, assignee: str | None) -> bool:
    """Whether a case that is nobody's may go to whoever had the leading one."""
    person = next((p for p in PEOPLE if p.id == assignee), None)
    if person is None or state.assignee is not None:
        return False
    able = state.team in person.teams and person.level >= state.level
    return able and person.id not in state.barred
