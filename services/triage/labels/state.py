"""What a corrected category changes: the team, and who has the case where it is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.triage.taking.state import Taken, released
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import Category, Event
from shared.events.triage import CaseRecategorised


class Labelled(Taken):
    """The part of triage's state that a corrected category changes.

    `points` are the matters that the complaint raises, the main one first, where there are several.
    """

    category: Category = "other"
    team: str = ""
    points: tuple[Category, ...] = ()


def on_case_recategorised(state: Labelled, data: CaseRecategorised, event: Envelope) -> Labelled:
    """Another team looks for somebody of its own, also where the case still waited."""
    moved = data.team != state.team
    others = [point for point in state.points if point not in (state.category, data.category)]
    changes: dict[str, Any] = {
        "category": data.category,
        "team": data.team,
        "points": (data.category, *others) if others else (),
        "moved": event.sequence,
    }
    state = state.model_copy(update=changes)
    return released(state, event) if moved and data.assignee is None else state


EVOLVE: Mapping[type[Event], EvolveRule] = {CaseRecategorised: on_case_recategorised}
