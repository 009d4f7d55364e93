from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.rules.calendars import Budget, calendar, due_at, paused, reached_at
from tests.unit.shared.calendars.counted import shift

MINUTE = timedelta(minutes=1)
KINDS = ["seconds", "business_minutes", "business_days", "calendar_days", "weeks", "months"]
FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
LATER = LAST.replace(year=2090)

starts = st.integers(0, (LAST - FIRST) // MINUTE).map(lambda count: FIRST + count * MINUTE)
names = st.sampled_from(["always", "gb", "us", "jp", "ae", "au_nsw"])
budgets = st.builds(Budget, kind=st.sampled_from(KINDS), count=st.integers(0, 60))
spans = st.tuples(st.integers(0, 20_000), st.integers(0, 10_000))
DESKS = st.sampled_from(
    [
        calendar("gb"),
        shift(opens="00:00", closes="00:00", weekdays=range(7)),
        shift(opens="00:30", closes="03:30", weekdays=(5, 6), holidays=["2026-03-28"]),
        shift(opens="18:00", closes="00:00", zone="America/New_York"),
    ]
)


def worked(at, desk):
    """Whether the minute from `at` on is one of business, by its wall clock alone."""
    here = at.astimezone(ZoneInfo(desk.zone))
    opens, closes = (time.hour * 60 + time.minute for time in (desk.opens, desk.closes))
    open_now = opens <= here.hour * 60 + here.minute < (closes or 24 * 60)
    return open_now and here.weekday() in desk.weekdays and here.date() not in desk.holidays


def by_the_minute(start, count, desk, skipped=()):
    """The slow way: every minute is looked at."""
    at = start
    while count:
        count -= worked(at, desk) and not any(a <= at < b for a, b in skipped)
        at += MINUTE
    return at


near_changes = st.builds(
    lambda day, minutes: datetime.fromisoformat(f"{day}T00:00Z") + minutes * MINUTE,
    st.sampled_from(["2026-03-27", "2026-10-23", "2025-12-23"]),
    st.integers(0, 4 * 24 * 60),
)
slowly = settings(deadline=None, max_examples=40)


@slowly
@given(near_changes, st.integers(1, 500), DESKS)
def test_business_minutes_are_those_that_a_slow_count_finds(start, count, desk):
    budget = Budget(kind="business_minutes", count=count)

    assert due_at(start, budget, desk) == by_the_minute(start, count, desk)


@slowly
@given(near_changes, st.integers(1, 500), DESKS, st.lists(spans, max_size=4))
def test_pauses_are_those_that_a_slow_count_skips(start, count, desk, told):
    pauses = [(start + a * MINUTE / 4, start + (a + b) * MINUTE / 4) for a, b in told]
    whole = [tuple(at - timedelta(seconds=at.second) for at in span) for span in pauses]
    budget = Budget(kind="business_minutes", count=count)

    assert paused(start, budget, desk, whole, LATER) == by_the_minute(start, count, desk, whole)


@settings(deadline=None)
@given(starts, starts, budgets, names)
def test_who_starts_later_is_due_no_earlier(one, other, budget, name):
    early, late = sorted((one, other))

    assert due_at(early, budget, calendar(name)) <= due_at(late, budget, calendar(name))


@settings(deadline=None)
@given(starts, budgets, names)
def test_a_greater_budget_is_due_later_and_none_before_its_start(start, budget, name):
    more = budget.model_copy(update={"count": budget.count + 1})

    assert start <= due_at(start, budget, calendar(name)) < due_at(start, more, calendar(name))


@settings(deadline=None)
@given(starts, budgets, names)
def test_all_of_a_budget_is_used_when_it_is_due(start, budget, name):
    due = due_at(start, budget, calendar(name))

    assert reached_at(start, budget, calendar(name), Decimal(1)) == due
    assert paused(start, budget, calendar(name), [], LATER) == due


@settings(deadline=None)
@given(starts, budgets, names, st.lists(st.decimals(0, 3, places=2), min_size=2, max_size=2))
def test_a_greater_share_is_reached_no_earlier(start, budget, name, shares):
    on = calendar(name)
    less, more = sorted(shares)

    assert reached_at(start, budget, on, less) <= reached_at(start, budget, on, more)


@settings(deadline=None)
@given(starts, budgets, names, st.lists(spans, max_size=4), spans)
@example(FIRST, Budget(kind="seconds", count=1), "always", [(1, 1)], (0, 1))
def test_one_more_pause_never_brings_a_deadline_forward_nor_puts_it_off_by_more(
    start, budget, name, told, another
):
    on = calendar(name)
    pauses = [(start + a * MINUTE, start + (a + b) * MINUTE) for a, b in told]
    added = (start + another[0] * MINUTE, start + sum(another) * MINUTE)

    before = paused(start, budget, on, pauses, LATER)
    after = paused(start, budget, on, [added, *pauses], LATER)

    assert before <= after
    if name == "always":
        # The new pause may carry the deadline into those that it had not reached before.
        assert after <= before + (another[1] + sum(length for _, length in told)) * MINUTE
