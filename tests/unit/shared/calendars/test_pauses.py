from datetime import timedelta
from decimal import Decimal

import pytest

from shared.rules.calendars import Budget, calendar, paused, reached_at
from tests.unit.shared.calendars.counted import due, local

START, NOW = "2026-04-30 16:00", "2026-12-31 00:00"  # a Thursday; Monday is a bank holiday


def stood_still(budget, *pauses, start=START, on="gb", now=NOW):
    spans = [(local(a, on), b and local(b, on)) for a, b in pauses]
    text = Budget.model_validate(budget)
    return paused(local(start, on), text, calendar(on), spans, local(now, on))


@pytest.mark.parametrize(
    ("budget", "pauses", "expected"),
    [
        ("120 business_minutes", [], "2026-05-01 10:00"),
        ("120 business_minutes", [("2026-04-30 16:30", "2026-04-30 16:45")], "2026-05-01 10:15"),
        # Nights, weekends and holidays in a pause were never counted, so they give nothing.
        ("120 business_minutes", [("2026-04-30 17:00", "2026-05-01 09:00")], "2026-05-01 10:00"),
        ("120 business_minutes", [("2026-05-01 09:30", "2026-05-05 09:00")], "2026-05-05 09:30"),
        ("600 business_minutes", [("2026-05-02 10:00", "2026-05-04 15:00")], "2026-05-05 10:00"),
        # Two reasons to wait at the same time are one pause, in whatever order they come.
        (
            "PT4H",
            [("2026-04-30 18:00", "2026-04-30 19:00"), ("2026-04-30 17:00", "2026-04-30 18:30")],
            "2026-04-30 22:00",
        ),
        (
            "PT4H",
            [("2026-04-30 17:00", "2026-04-30 19:00"), ("2026-04-30 17:30", "2026-04-30 18:00")],
            "2026-04-30 22:00",
        ),
        # A pause that began before the clock did counts from the clock's start.
        ("PT4H", [("2026-04-30 10:00", "2026-04-30 17:00")], "2026-04-30 21:00"),
        # What comes after a deadline does not undo its breach.
        ("PT4H", [("2026-04-30 20:00", "2026-04-30 23:00")], "2026-04-30 20:00"),
        ("PT4H", [("2026-05-01 08:00", None)], "2026-04-30 20:00"),
        ("PT4H", [("2026-04-30 17:00", None)], None),
        ("3 business_days", [("2026-05-06 09:00", "2026-05-06 13:00")], "2026-05-07 13:00"),
        ("3 business_days", [("2026-05-02 00:00", "2026-05-05 09:00")], "2026-05-06 17:00"),
        ("2 calendar_days", [("2026-05-01 00:00", "2026-05-01 06:00")], "2026-05-03 06:00"),
    ],
)
def test_a_pause_takes_out_what_would_have_counted_and_that_once(budget, pauses, expected):
    assert stood_still(budget, *pauses) == (expected and local(expected, "gb"))


def test_pauses_are_kept_when_the_promise_changes():
    waited = ("2026-04-30 17:00", "2026-04-30 19:00")

    before, after = stood_still("PT8H", waited), stood_still("PT4H", waited)

    assert before is not None
    assert after == before - timedelta(hours=4)


@pytest.mark.parametrize(
    ("budget", "share", "expected"),
    [
        ("PT4H", "0.5", "2026-04-30 18:00"),
        ("PT4H", "0.75", "2026-04-30 19:00"),
        ("PT4H", "0.9", "2026-04-30 19:36"),
        ("PT4H", "1.5", "2026-04-30 22:00"),
        ("240 business_minutes", "0.5", "2026-05-01 10:00"),
        ("240 business_minutes", "1.5", "2026-05-01 14:00"),
        # One hour on Thursday, eight on Friday, and eight on Tuesday after the bank holiday.
        ("2 business_days", "0.5", "2026-05-01 16:30"),
        ("2 business_days", "1", "2026-05-05 17:00"),
        ("2 business_days", "1.5", "2026-05-07 09:30"),
        ("2 calendar_days", "0.5", "2026-05-01 20:00"),
        ("2 calendar_days", "1", "2026-05-03 00:00"),
    ],
)
def test_a_share_of_a_budget_is_used_up_on_the_same_calendar(budget, share, expected):
    words = Budget.model_validate(budget)

    found = reached_at(local(START, "gb"), words, calendar("gb"), Decimal(share))

    assert found == local(expected, "gb")


def test_no_pause_leaves_the_deadline():
    assert stood_still("15 business_days") == due(START, "15 business_days", "gb")
