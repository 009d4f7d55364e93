"""Later words that nobody waits for: how to stay safe, and what became of a common complaint."""

from collections.abc import Mapping
from datetime import datetime

from services.notify.letters import later
from services.notify.state import NotifyState
from services.notify.telling import tell
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.notify import RemindersScheduled
from shared.events.triage import ProblemFixed


def reminders(state: NotifyState, closed_at: datetime, context: Context) -> list[Event]:
    """When the customer is reminded; only where the account was found to be in danger."""
    policy = context.policy.notify
    wanted = state.finding in policy.remind_of and not state.ended and not state.reminded
    if not wanted or not policy.remind_after:
        return []
    return [RemindersScheduled(at=tuple(closed_at + wait for wait in policy.remind_after))]


def on_reminder(state: NotifyState, key: str, context: Context) -> list[Event]:
    """The time has come to say it again."""
    return tell(state, later.security_reminder(key, context), context.now)


def on_problem_fixed(state: NotifyState, data: ProblemFixed, context: Context) -> list[Event]:
    """You said, we did: what this customer and others complained of is mended."""
    return tell(state, later.improvement(data, context), context.now)


REMINDING: Mapping[type[Event | Input], DecideRule] = {ProblemFixed: on_problem_fixed}
