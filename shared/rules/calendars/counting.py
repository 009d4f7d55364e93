"""Instants from budgets: when something is due, and when a share of its time is used.

Every function is one of its arguments alone, so that a breach falls on the same instant however
late somebody looks. Days end where the calendar is: a budget of business days at the close of its
last one, of calendar days, weeks and months at the end of that local day, and no weekend moves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from shared.rules.calendars.budget import Budget
from shared.rules.calendars.calendar import DAY, Calendar

BUSINESS = frozenset({"business_minutes", "business_days"})
FOREVER = datetime.max.replace(tzinfo=UTC)
NOTHING = timedelta(0)
MICROSECOND = timedelta(microseconds=1)

Span = tuple[datetime, datetime]
Pause = tuple[datetime, datetime | None]


def due_at(start: datetime, budget: Budget, calendar: Calendar) -> datetime:
    """The instant at which a budget that counts from `start` is used up; both in UTC.

    Nothing of any unit is used up at once.
    """
    if budget.count == 0:
        return start
    match budget.kind:
        case "seconds":
            return start + timedelta(seconds=budget.count)
        case "business_minutes":
            spans = _spans(start, budget, calendar)
            return _after(start, spans, timedelta(minutes=budget.count))
        case "business_days":
            after = calendar.business_days(calendar.day(start) + DAY)
            return calendar.hours(next(islice(after, budget.count - 1, None)))[1]
        case _:
            return calendar.end(_days_on(calendar.day(start), budget))


def reached_at(start: datetime, budget: Budget, calendar: Calendar, share: Decimal) -> datetime:
    """The instant at which a share of a budget is used, 1 being all of it.

    A budget of business days is divided by the time worked until it is due, and one of calendar
    days, weeks or months by the time that passes.
    """
    whole = _whole(start, budget, calendar) // MICROSECOND
    return _after(start, _spans(start, budget, calendar), int(whole * share) * MICROSECOND)


def paused(
    start: datetime,
    budget: Budget,
    calendar: Calendar,
    pauses: Sequence[Pause],
    now: datetime,
) -> datetime | None:
    """When a budget is used up that stands still in `pauses`; None while one of them lasts.

    Only time that would have counted is taken out, and once: a closed day in a pause, or two
    pauses at the same time, give nothing. A pause after the due instant does not move it.
    """
    closed = [(since, until) for since, until in pauses if until is not None]
    spans = _without(_spans(start, budget, calendar), sorted(closed))
    due = _after(start, spans, _whole(start, budget, calendar))
    lasts = any(until is None and since < due and since <= now for since, until in pauses)
    return None if lasts else due


def republished(old_due: datetime, new_due: datetime) -> datetime:
    """The deadline once a new version of a calendar is out: one told is never put off."""
    return min(old_due, new_due)


def _days_on(day: date, budget: Budget) -> date:
    if budget.kind == "months":
        return _months_on(day, budget.count)
    return day + budget.count * (7 * DAY if budget.kind == "weeks" else DAY)


def _months_on(day: date, count: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return min(first + (day.day - 1) * DAY, last)


def _whole(start: datetime, budget: Budget, calendar: Calendar) -> timedelta:
    """All the time that counts from the start of a budget until it is due."""
    due = due_at(start, budget, calendar)
    whole = NOTHING
    for since, until in _spans(start, budget, calendar):
        if since >= due:
            break
        whole += min(until, due) - since
    return whole


def _spans(start: datetime, budget: Budget, calendar: Calendar) -> Iterator[Span]:
    """The time from `start` on that counts against a budget: all of it, or what is worked."""
    if budget.kind not in BUSINESS:
        yield start, FOREVER
        return
    for day in calendar.business_days(calendar.day(start)):
        opens, closes = calendar.hours(day)
        if start < closes:
            yield max(start, opens), closes


def _after(start: datetime, spans: Iterable[Span], counted: timedelta) -> datetime:
    """The first instant by which so much of the spans has passed."""
    if counted == NOTHING:
        return start
    for since, until in spans:
        if counted <= until - since:
            return since + counted
        counted -= until - since
    return FOREVER


def _without(spans: Iterable[Span], pauses: Sequence[Span]) -> Iterator[Span]:
    """What of each span lies in no pause; the pauses come in order and may overlap."""
    for span in spans:
        since, until = span
        for begins, ends in pauses:
            if since < min(begins, until):
                yield since, min(begins, until)
            since = max(since, ends)
        if since < until:
            yield since, until
