"""A named date instead of the law's: only where the law allows one, and never beyond it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.triage.clocks.counting import calendar_of, warned
from services.triage.clocks.running import Clock, name_of
from shared.events.triage import ClockExtended, ClockExtensionSubmitted
from shared.policy import TriagePolicy

if TYPE_CHECKING:
    from services.triage.state import TriageState

DAY = timedelta(days=1)


def against(state: TriageState, asked: ClockExtensionSubmitted) -> str | None:
    """Why the clock is not extended, in a code; None where it is."""
    if 0 < asked.expected_sequence < state.moved:
        return "case-moved-on"
    name = name_of(asked.clock, 1)
    clock = state.clocks.get(name)
    if clock is None:
        return "clock-breached" if name in state.broken else "no-such-clock"
    if clock.latest_at is None:
        return "not-extendable"
    return _against_date(clock, clock.latest_at, asked)


def _against_date(clock: Clock, latest_at: datetime, asked: ClockExtensionSubmitted) -> str | None:
    # The days first: an instant at the end of the calendar's last one cannot be told.
    if asked.until > latest_at.date() + DAY or until(clock, asked) > latest_at:
        return "beyond-latest"
    if asked.until < clock.due_at.date() - DAY or until(clock, asked) <= clock.due_at:
        return "not-later"
    return None if asked.reason.strip() else "reason-missing"


def until(clock: Clock, asked: ClockExtensionSubmitted) -> datetime:
    """The end of the named day where the clock's calendar is."""
    zone = ZoneInfo(calendar_of(clock).zone)
    return datetime.combine(asked.until + DAY, time(), zone).astimezone(UTC)


def extended(
    state: TriageState, asked: ClockExtensionSubmitted, policy: TriagePolicy
) -> ClockExtended:
    """The clock runs until that day's end; thresholds divide the time until then."""
    clock = state.clocks[name_of(asked.clock, 1)]
    due_at = until(clock, asked)
    news = {"due_at": due_at, "budget": None}
    return ClockExtended(
        clock=asked.clock,
        level=1,
        due_at=due_at,
        before=clock.due_at,
        reason=asked.reason,
        staff=asked.staff,
        warn_at=warned(clock.model_copy(update=news), policy.warn_at).warn_at,
    )
