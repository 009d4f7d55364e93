from datetime import date
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from shared.errors import UsageError
from shared.rules.calendars import calendar, calendars
from tests.unit.shared.calendars.counted import shift

PLACES = ["ae", "au_nsw", "cn", "de", "eu", "fr", "gb", "hk", "jp", "kr", "sg", "us", "vn"]


def test_the_calendars_are_those_of_the_places_and_one_that_never_closes():
    assert calendars() == tuple(sorted([*PLACES, "always"]))


@pytest.mark.parametrize("name", PLACES)
def test_a_calendar_knows_new_year_of_three_years_and_names_its_source(name):
    found = calendar(name)

    assert {day.year for day in found.holidays} == {2025, 2026, 2027}
    assert {date(year, 1, 1) for year in (2025, 2026, 2027)} <= found.holidays
    assert all(day.weekday() in found.weekdays for day in found.holidays)
    assert found.source.startswith("holidays ")
    assert ZoneInfo(found.zone)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("gb", "2026-05-04"),
        ("gb", "2026-12-28"),
        ("us", "2026-11-26"),
        ("de", "2025-10-03"),
        ("fr", "2026-07-14"),
        ("eu", "2026-05-01"),
        ("au_nsw", "2026-06-08"),
        ("hk", "2026-07-01"),
        ("sg", "2026-08-10"),
        ("jp", "2026-05-06"),
        ("kr", "2026-09-25"),
        ("vn", "2026-02-17"),
        ("cn", "2026-10-01"),
        ("ae", "2026-12-02"),
    ],
)
def test_a_holiday_that_everybody_there_knows_is_kept(name, day):
    assert date.fromisoformat(day) in calendar(name).holidays


@pytest.mark.parametrize(
    ("name", "day"), [("gb", "2026-07-14"), ("us", "2026-05-01"), ("eu", "2026-05-14")]
)
def test_a_holiday_of_another_place_is_worked(name, day):
    assert date.fromisoformat(day) not in calendar(name).holidays


def test_a_calendar_is_found_by_its_version_too():
    found = calendar("gb@2026-11-22")

    assert (found.name, found.version) == ("gb", "2026-11-22")


@pytest.mark.parametrize("name", ["atlantis", "gb@1999-01-01", "", "../gb"])
def test_a_calendar_that_is_not_there_is_said_with_those_that_are(name):
    with pytest.raises(UsageError, match="the calendars are ae, always"):
        calendar(name)


@pytest.mark.parametrize(
    "parts",
    [
        {"opens": "17:00", "closes": "09:00"},
        {"opens": "09:00", "closes": "09:00"},
        {"weekdays": []},
        {"weekdays": [7]},
    ],
)
def test_hours_that_no_desk_can_keep_are_no_calendar(parts):
    with pytest.raises(ValidationError):
        shift(**parts)
