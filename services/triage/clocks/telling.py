"""The promise of progress: the customer hears from us, or the silence is a breach. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.triage.clocks import rules
from services.triage.clocks.counting import fresh, terms
from services.triage.clocks.running import PROGRESS, name_of
from shared.decider import Context
from shared.events.base import Event
from shared.events.notify import LetterSent
from shared.rules.calendars import calendar

if TYPE_CHECKING:
    from services.triage.state import TriageState

NO_NEWS = ("secret_warning", "rating_request")


def restarted(state: TriageState, data: LetterSent, context: Context) -> list[Event]:
    """The clock of progress from this letter on, or from the answer where we wait for one.

    Not for one so soon after its start that the promise would hardly move: it then ends a little
    early, never late, and most cases need no event for it.
    """
    policy, name = context.policy.triage, (PROGRESS, state.level)
    key = name_of(*name)
    running = state.clocks.get(key) or state.broken.get(key)
    if running is None or running.paused or data.kind in NO_NEWS:
        return []
    if data.sent_at - running.counted_at < policy.progress_grain:
        return []
    late = rules.met(state, [name], context, data.sent_at) if key in state.broken else []
    if "customer" in state.waits_for:
        return late
    return [*late, *_from(state, data.sent_at, context)]


def owed_again(state: TriageState, context: Context) -> list[Event]:
    """The clock that a letter stopped while we waited for the customer starts at their answer."""
    key = name_of(PROGRESS, state.level)
    stopped = key in state.ended and key not in {*state.clocks, *state.broken}
    waited = "customer" in state.waits_for and not state.over
    return _from(state, context.at, context) if stopped and waited else []


def _from(state: TriageState, at: datetime, context: Context) -> list[Event]:
    policy = context.policy.triage
    budget = policy.progress[state.priority]
    clock = fresh(at, budget, calendar(policy.calendar), policy.warn_at)
    return rules.together([terms(clock, (PROGRESS, state.level))])
