"""The clock of a case that nobody is free for: from the first time nobody was, until one is."""

from __future__ import annotations

from services.triage.clocks import rules as clocks
from services.triage.clocks.counting import fresh, terms
from services.triage.clocks.running import QUEUE, name_of
from services.triage.state import TriageState
from shared.decider import Context
from shared.events.base import Event
from shared.rules.calendars import calendar


def queued(state: TriageState, context: Context) -> list[Event]:
    """The clock starts, unless it runs or is broken already."""
    name, policy = name_of(QUEUE, state.level), context.policy.triage
    if name in state.clocks or name in state.broken:
        return []
    budget = policy.queue[state.priority]
    clock = fresh(context.now, budget, calendar(policy.calendar), ())
    return clocks.together([terms(clock, (QUEUE, state.level))])


def unqueued(state: TriageState, context: Context) -> list[Event]:
    """Somebody has the case."""
    return clocks.met(state, [(QUEUE, state.level)], context)
