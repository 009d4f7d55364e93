"""What a corrected category changes: the team, and who has the case where it is another."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.taking.state import Taken, released
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import Category, Event
from shared.events.triage import CaseRecategorised


class Labelled(Taken):
    """The part of triage's state that a corrected category changes."""

    category: Category = "other"
    team: str = ""


def on_case_recategorised(state: Labelled, data: CaseRecategorised, event: Envelope) -> Labelled:
    """Another team looks for somebody of its own, also where the case still waited."""
    moved = data.team != state.team
    changes = {"category": data.category, "team": data.team, "moved": event.sequence}
    state = state.model_copy(update=changes)
    return released(state, event) if moved and data.assignee is None else state


EVOLVE: Mapping[type[Event], EvolveRule] = {CaseRecategorised: on_case_recategorised}
