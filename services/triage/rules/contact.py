"""Who writes again and again, by new complaints or about the same one, is heard sooner. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.triage.rules.urgency import at_least, one_step_up
from services.triage.state import TriageState
from services.triage.taking.decide import kept
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.notify import StaffMessageSent
from shared.events.triage import AssigneeFound, ContactNoted
from shared.events.verification import CustomerWrote
from shared.policy import RepeatedPolicy

REPEATED = "repeated-contact"


def on_customer_wrote(state: TriageState, data: CustomerWrote, context: Context) -> list[Event]:
    """A word counts where it answers nothing, and is not part of what was written last."""
    policy, at = context.policy.triage.repeated, min(data.received_at, context.now)
    if not _may_rise(state):
        return []
    if state.asked_at and at >= state.asked_at:
        return [ContactNoted(at=at, kind="answer")]
    last = max((*state.contacts, state.classified_at or at, state.answered_at or at - policy.apart))
    if at - last < policy.apart:
        return []
    contacts = 1 + _contacts(state, policy, at)
    return [ContactNoted(at=at), *_raised(state, contacts, context)]


def on_staff_message_sent(
    state: TriageState, data: StaffMessageSent, context: Context
) -> list[Event]:
    """Whoever writes to the customer acts on the case, and is owed the customer's next word."""
    noted = state.asked_at or not state.classified or not _may_rise(state)
    asked = [] if noted else [ContactNoted(at=context.at, kind="question")]
    return [*kept(state, data.staff), *asked]


def answered_more(state: TriageState, context: Context) -> list[Event]:
    """One more part of an answer: the first ended a wait, and is noted by that."""
    again = state.answered_at is not None and context.at > state.answered_at
    return [ContactNoted(at=context.at, kind="answer")] if again and _may_rise(state) else []


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


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    CustomerWrote: on_customer_wrote,
    StaffMessageSent: on_staff_message_sent,
}
