"""What triage decides about clocks: one function for each input that is about them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from services.triage.clocks import rules
from services.triage.clocks.extension import against, extended
from services.triage.clocks.pausing import resumed
from services.triage.clocks.running import ACKNOWLEDGE, WARNING
from services.triage.clocks.statutory import acknowledges
from services.triage.clocks.telling import owed_again, restarted
from services.triage.rules.contact import answered_more
from services.triage.taking.decide import kept
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.investigation import WorkItemOpened
from shared.events.notify import LetterSent
from shared.events.triage import (
    AcknowledgementNoted,
    ClockExtensionRefused,
    ClockExtensionSubmitted,
)
from shared.events.verification import InfoDeadlinePassed, InfoProvided

if TYPE_CHECKING:
    from services.triage.state import TriageState


def told(state: TriageState, data: TimerElapsed, context: Context) -> list[Event]:
    """A clock ran out, or some have reached a threshold."""
    if data.key == WARNING:
        return rules.thresholds(state, context.policy.triage, state.due[WARNING].at)
    return [rules.broken(state, data.key, context.now)]


def on_customer_answered(
    state: TriageState, data: InfoProvided | InfoDeadlinePassed, context: Context
) -> list[Event]:
    """It is our turn again, even if something is still missing."""
    ended = [*resumed(state, "customer", context), *owed_again(state, context)]
    further = isinstance(data, InfoProvided) and not ended
    return answered_more(state, context) if further else ended


def on_work_item_opened(state: TriageState, data: WorkItemOpened, context: Context) -> list[Event]:
    """A person looks at it: nobody waits for the chain any more."""
    return resumed(state, "chain", context)


def on_letter_sent(state: TriageState, data: LetterSent, context: Context) -> list[Event]:
    """The customer was told something: the next word is owed from here."""
    if data.kind == "acknowledgement":
        return [*_acknowledged(state, data, context), *restarted(state, data, context)]
    return restarted(state, data, context)


def _acknowledged(state: TriageState, data: LetterSent, context: Context) -> list[Event]:
    if state.classified:
        return rules.met(state, [(ACKNOWLEDGE, 1)], context, data.sent_at)
    early = state.acknowledged_at is None and acknowledges(context.policy.triage)
    return [AcknowledgementNoted(at=data.sent_at)] if early else []


def on_extension_submitted(
    state: TriageState, data: ClockExtensionSubmitted, context: Context
) -> list[Event]:
    """A person names the date of the decision, where the law allows one."""
    if rule := against(state, data):
        return [ClockExtensionRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [*kept(state, data.staff), extended(state, data, context.policy.triage)]


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    InfoProvided: on_customer_answered,
    InfoDeadlinePassed: on_customer_answered,
    WorkItemOpened: on_work_item_opened,
    LetterSent: on_letter_sent,
    ClockExtensionSubmitted: on_extension_submitted,
}
