"""A person corrects the category: the case goes on with the team whose matter it is."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.rules.assign import PEOPLE, team_for
from services.triage.rules.commands import against_any
from services.triage.state import TriageState
from services.triage.taking.decide import kept
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.triage import CaseRecategorised, CategoryRefused, CategorySubmitted


def on_category_submitted(
    state: TriageState, data: CategorySubmitted, context: Context
) -> list[Event]:
    """Whoever has the case keeps it where they belong to the new team too."""
    if rule := _against(state, data):
        return [CategoryRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    team = team_for(data.category, state.priority, state.emergency)
    stays = team == state.team or state.assignee in _members(team)
    return [
        *(kept(state, data.staff) if stays else []),
        CaseRecategorised(
            category=data.category,
            before=state.category,
            team=team,
            assignee=state.assignee if stays else None,
            reason=data.reason,
            staff=data.staff,
        ),
    ]


def _members(team: str) -> frozenset[str]:
    return frozenset(person.id for person in PEOPLE if team in person.teams)


def _against(state: TriageState, data: CategorySubmitted) -> str | None:
    if rule := against_any(state, data):
        return rule
    return "same-category" if data.category == state.category else None


DECIDE: Mapping[type[Event | Input], DecideRule] = {CategorySubmitted: on_category_submitted}
