"""Who writes again and again, by new complaints or about the same one, is heard sooner. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.triage.rules.urgency import at_least, one_step_up
from services.triage.state import TriageState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.triage import AssigneeFound, ContactNoted
from shared.events.verification import CustomerWrote
from shared.policy import RepeatedPolicy

REPEATED = "repeated-contact"


def on_customer_wrote(state: TriageState, data: CustomerWrote, context: Context) -> list[Event]:
    """A word counts where it is not part of what was written last."""
    policy, at = context.policy.triage.repeated, min(data.received_at, context.now)
    last = max((*state.contacts, state.classified_at or at))
    if at - last < policy.apart or not _may_rise(state):
        return []
    contacts = 1 + _contacts(state, policy, at)
    return [ContactNoted(at=at), *_raised(state, contacts, context)]


def complained(state: TriageState, data: AssigneeFound, context: Context) -> list[Event]:
    """The customer has so many complaints by now; a result of before says how many alone."""
    others = data.complained_at or (context.now,) * (data.complaints - 1)
    if not _may_rise(state):
        return []
    known = state.model_copy(update={"complaints_at": others})
    contacts = _contacts(known, context.policy.triage.repeated, context.now)
    told = {"complaints": 1 + len(others), "complained_at": others}
    more = not set(others) <= set(state.complaints_at)
    noted = [ContactNoted(at=context.now, **told)] if more else []
    return _raised(state, contacts, context) or [*noted]


def _may_rise(state: TriageState) -> bool:
    """Once for this reason, and only as far as contact alone goes."""
    up = one_step_up(state.priority) < state.priority
    return up and not state.over and REPEATED not in state.raised


def _contacts(state: TriageState, policy: RepeatedPolicy, at: datetime) -> int:
    """The complaint itself, the customer's others and their words, each within the time."""
    known = (state.classified_at or at, *state.complaints_at, *state.contacts)
    return sum(at - one <= policy.within for one in known)


def _raised(state: TriageState, contacts: int, context: Context) -> list[Event]:
    if contacts < context.policy.triage.repeated.complaints:
        return []
    return at_least(state, one_step_up(state.priority), REPEATED, context)


DECIDE: Mapping[type[Event | Input], DecideRule] = {CustomerWrote: on_customer_wrote}
