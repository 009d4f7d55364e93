"""The clocks that the law sets: from the receipt, by the jurisdiction's pack. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.triage.clocks.counting import fresh, terms
from services.triage.clocks.rules import overrun, seconds, together
from services.triage.clocks.running import ACKNOWLEDGE, DECIDE
from shared.events.base import Category, Event
from shared.events.triage import ClockMet, ClockTerms
from shared.policy import TriagePolicy
from shared.rules.calendars import Pack, PackClock, calendar, due_at, pack

if TYPE_CHECKING:
    from services.triage.state import TriageState

KNOWN = (ACKNOWLEDGE, DECIDE)
"""What triage sees being done; a pack's other clocks are windows, not promises."""


def statutory(policy: TriagePolicy, category: Category, received_at: datetime) -> list[ClockTerms]:
    """The clocks of the policy's pack; neither a priority nor a wait moves them."""
    found = pack(policy.pack)
    return [
        _clock(policy, found, clock, received_at)
        for clock in found.clocks_of((*policy.conditions, category))
        if clock.clock in KNOWN
    ]


def acknowledges(policy: TriagePolicy) -> bool:
    """Whether the law says by when to acknowledge."""
    return any(
        clock.clock == ACKNOWLEDGE for clock in pack(policy.pack).clocks_of(policy.conditions)
    )


def _clock(
    policy: TriagePolicy, found: Pack, clock: PackClock, received_at: datetime
) -> ClockTerms:
    on = calendar(clock.calendar)
    latest = clock.extension and due_at(received_at, clock.extension, on)
    counted = fresh(received_at, clock.budget, on, policy.warn_at)
    law = counted.model_copy(update={"kind": "statutory", "latest_at": latest})
    return terms(law, (clock.clock, 1), pack=f"{found.name}@{found.version}")


def begun(state: TriageState, found: list[ClockTerms], now: datetime) -> list[Event]:
    """All clocks of a case; that of the acknowledgement ends at once where it went out before."""
    at = state.acknowledged_at
    due = next((terms for terms in found if terms.clock == ACKNOWLEDGE), None)
    return [*together(found), *(_noted(due, at, now) if at and due else [])]


def _noted(found: ClockTerms, at: datetime, now: datetime) -> list[Event]:
    if at > found.due_at:
        return overrun(found, at, now)
    elapsed = seconds(found.started_at or at, at)
    return [ClockMet(clock=found.clock, level=found.level, elapsed_s=elapsed)]
