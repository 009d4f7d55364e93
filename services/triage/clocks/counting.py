"""Clocks counted: budgets and calendars into instants. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from services.triage.clocks.running import Clock
from shared.events.triage import ClockTerms
from shared.rules import calendars
from shared.rules.calendars import Budget, Calendar

PARTED = frozenset({"seconds", "business_minutes"})
"""The kinds of budgets of which a share is a budget of the same kind."""
Pauses = tuple[tuple[datetime, datetime | None], ...]


def fresh(since: datetime, budget: Budget, calendar: Calendar, shares: Sequence[int]) -> Clock:
    """A clock that counts `budget` from `since`."""
    clock = Clock(
        started_at=since,
        counted_at=since,
        due_at=calendars.due_at(since, budget, calendar),
        budget=str(budget),
        calendar=f"{calendar.name}@{calendar.version}",
    )
    return warned(clock, shares)


def recounted(clock: Clock, now: datetime, shares: Sequence[int]) -> Clock:
    """The clock as it runs on from `now`: what it stood still for is taken out."""
    closed = tuple((start, end or now) for start, end in clock.pauses)
    clock = clock.model_copy(update={"pauses": closed})
    return warned(clock.model_copy(update={"due_at": _due(clock, now)}), shares)


def warned(clock: Clock, shares: Sequence[int]) -> Clock:
    """The clock with the instant of the first threshold that was not told yet."""
    share = next_share(clock, shares)
    return clock.model_copy(update={"warn_at": share and reached(clock, share)})


def next_share(clock: Clock, shares: Sequence[int]) -> int | None:
    """The first threshold, per cent, that was not told yet."""
    return next((share for share in sorted(shares) if share > clock.warned), None)


def reached(clock: Clock, share: int) -> datetime:
    """When `share` per cent of the budget are used up.

    On its calendar; where a person named the date, or a budget of whole days was paused, in
    proportion to the time between.
    """
    part = Decimal(share) / 100
    if clock.budget is None or clock.calendar is None:
        return _between(clock, part)
    budget, calendar = _terms(clock)
    if not _since(clock):
        return calendars.reached_at(clock.counted_at, budget, calendar, part)
    if budget.kind not in PARTED:
        return _between(clock, part)
    partly = budget.model_copy(update={"count": int(budget.count * part)})
    return _due(clock.model_copy(update={"budget": str(partly)}), clock.counted_at)


def terms(clock: Clock, name: tuple[str, int], pack: str | None = None) -> ClockTerms:
    """What an event tells of a clock."""
    later = clock.counted_at if clock.counted_at != clock.started_at else None
    return ClockTerms(
        clock=name[0],
        level=name[1],
        due_at=clock.due_at,
        started_at=clock.started_at,
        counted_at=later,
        kind=clock.kind,
        budget=clock.budget,
        calendar=clock.calendar,
        pack=pack,
        warn_at=clock.warn_at,
        latest_at=clock.latest_at,
    )


def _due(clock: Clock, now: datetime) -> datetime:
    if clock.budget is None:
        return clock.due_at
    budget, calendar = _terms(clock)
    found = calendars.paused(clock.counted_at, budget, calendar, _since(clock), now)
    return found or clock.due_at


def _between(clock: Clock, part: Decimal) -> datetime:
    return clock.started_at + float(part) * (clock.due_at - clock.started_at)


def _terms(clock: Clock) -> tuple[Budget, Calendar]:
    return Budget.model_validate(clock.budget), calendar_of(clock)


def calendar_of(clock: Clock) -> Calendar:
    """The very version of the calendar that a clock counts on. Raises UsageError if it is gone."""
    return calendars.calendar(clock.calendar or "")


def _since(clock: Clock) -> Pauses:
    """The pauses that the budget met; those before it counted are none of its."""
    start = clock.counted_at
    return tuple((max(a, start), b) for a, b in clock.pauses if b is None or b > start)
