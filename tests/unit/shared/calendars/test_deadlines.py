from datetime import UTC, datetime, timedelta

import pytest

from shared.rules.calendars import Budget, calendar, due_at, republished
from tests.unit.shared.calendars.counted import due, local, shift


@pytest.mark.parametrize(
    ("start", "budget", "on", "expected"),
    [
        # The third business day after the day of receipt, at its close.
        ("2026-06-05 23:59", "3 business_days", "gb", "2026-06-10 17:00"),
        ("2026-06-05 00:00", "3 business_days", "gb", "2026-06-10 17:00"),
        ("2026-06-06 12:00", "3 business_days", "gb", "2026-06-10 17:00"),
        ("2026-06-07 23:59", "3 business_days", "gb", "2026-06-10 17:00"),
        ("2026-06-08 00:00", "3 business_days", "gb", "2026-06-11 17:00"),
        # With a bank holiday on the Monday between.
        ("2026-05-01 10:00", "3 business_days", "gb", "2026-05-07 17:00"),
        # Good Friday and Easter Monday; the same days are worked elsewhere.
        ("2026-04-02 10:00", "1 business_day", "gb", "2026-04-07 17:00"),
        ("2026-04-02 10:00", "1 business_day", "us", "2026-04-03 17:00"),
        # Christmas that falls on a weekend is kept on the days after it.
        ("2027-12-24 10:00", "1 business_day", "gb", "2027-12-29 17:00"),
        # Every day is worked round the clock: then the day ends at midnight.
        ("2026-06-05 10:00", "3 business_days", "always", "2026-06-09 00:00"),
        # Eight weeks are fifty-six days, to the end of the local day.
        ("2026-01-01 10:00", "8 weeks", "gb", "2026-02-27 00:00"),
        ("2026-01-01 10:00", "56 calendar_days", "gb", "2026-02-27 00:00"),
        ("2026-02-16 00:00", "8 weeks", "gb", "2026-04-14 00:00"),
        # Nothing is put off by a weekend or by a holiday.
        ("2026-06-05 10:00", "1 calendar_day", "gb", "2026-06-07 00:00"),
        ("2026-12-24 10:00", "1 calendar_day", "gb", "2026-12-26 00:00"),
        # Months end on the same day, or on the last one there is.
        ("2025-12-31 10:00", "2 months", "eu", "2026-03-01 00:00"),
        ("2027-12-31 10:00", "2 months", "eu", "2028-03-01 00:00"),
        ("2026-04-30 10:00", "2 months", "eu", "2026-07-01 00:00"),
        ("2026-01-31 10:00", "1 month", "eu", "2026-03-01 00:00"),
        ("2026-01-31 10:00", "12 months", "eu", "2027-02-01 00:00"),
        ("2026-11-30 10:00", "15 months", "eu", "2028-03-01 00:00"),
        # Hours elapsed are hours elapsed, whoever is at work.
        ("2026-06-05 23:00", "PT24H", "gb", "2026-06-06 23:00"),
        ("2026-12-25 10:00", "90 seconds", "gb", "2026-12-25 10:01:30"),
        # Business hours are counted while the desk is open, and end with it.
        ("2026-06-05 09:00", "480 business_minutes", "gb", "2026-06-05 17:00"),
        ("2026-06-05 09:00", "481 business_minutes", "gb", "2026-06-08 09:01"),
        ("2026-06-05 16:30", "60 business_minutes", "gb", "2026-06-08 09:30"),
        ("2026-06-06 12:00", "60 business_minutes", "gb", "2026-06-08 10:00"),
        ("2026-05-01 16:30", "60 business_minutes", "gb", "2026-05-05 09:30"),
        ("2026-06-05 16:30", "60 business_minutes", "always", "2026-06-05 17:30"),
    ],
)
def test_a_deadline_falls_where_the_calendar_says(start, budget, on, expected):
    assert due(start, budget, on) == local(expected, on)


def test_a_day_is_the_one_where_the_calendar_is():
    received = datetime(2026, 6, 5, 16, 30, tzinfo=UTC)  # Friday here, in Tokyo Saturday
    day = Budget.model_validate("1 calendar_day")

    assert due_at(received, day, calendar("gb")) == local("2026-06-07 00:00", "gb")
    assert due_at(received, day, calendar("jp")) == local("2026-06-08 00:00", "jp")


@pytest.mark.parametrize(
    ("start", "worked", "wall"),
    [("2026-03-28 22:00", "2026-03-29 07:00", 9), ("2026-10-24 22:00", "2026-10-25 05:00", 7)],
)
def test_eight_hours_across_a_change_of_the_clocks_are_eight_hours_worked(start, worked, wall):
    nights = shift(opens="00:00", closes="00:00", weekdays=range(7))

    found = due(start, "480 business_minutes", nights)

    assert found - local(start, nights) == timedelta(hours=8)
    assert found == local(worked, nights)
    assert datetime.fromisoformat(worked) - datetime.fromisoformat(start) == timedelta(hours=wall)


@pytest.mark.parametrize(("start", "elapsed"), [("2026-03-28 10:00", 37), ("2026-10-24 10:00", 39)])
def test_a_calendar_day_ends_at_midnight_however_long_it_was(start, elapsed):
    assert due(start, "1 calendar_day", "gb") - local(start, "gb") == timedelta(hours=elapsed)


def test_a_shift_is_worked_in_full_on_the_day_after_the_clocks_change():
    assert due("2026-03-27 17:00", "480 business_minutes", "gb") == local("2026-03-30 17:00", "gb")


def test_nothing_is_used_up_at_once():
    assert due("2026-06-06 12:00", "0 business_days", "gb") == local("2026-06-06 12:00", "gb")


def test_a_calendar_published_later_never_puts_a_deadline_off():
    told = due("2026-06-05 10:00", "3 business_days", shift())
    holiday = due("2026-06-05 10:00", "3 business_days", shift(holidays=["2026-06-09"]))

    assert holiday > told
    assert republished(told, holiday) == told


def test_a_calendar_published_later_may_bring_a_deadline_forward():
    told = due("2026-06-05 10:00", "3 business_days", shift(holidays=["2026-06-09"]))
    worked = due("2026-06-05 10:00", "3 business_days", shift())

    assert republished(told, worked) == worked
