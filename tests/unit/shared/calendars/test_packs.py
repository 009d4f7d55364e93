import pytest

from shared.errors import UsageError
from shared.rules.calendars import calendar, due_at, pack, packs
from tests.unit.shared.calendars.counted import local

CLOCKS = {
    "au_rg271": [
        ("acknowledge", "86400 seconds", None, None),
        ("summary", "5 business_days", None, None),
        ("decide", "30 calendar_days", None, None),
        ("decide", "21 calendar_days", None, "hardship"),
        ("decide", "45 calendar_days", None, "superannuation"),
    ],
    "default": [],
    "eu_mica": [("decide", "2 months", None, None)],
    "hk_sfc": [],
    "mas": [],
    "uk_disp": [
        ("summary", "3 business_days", None, None),
        ("decide", "8 weeks", None, None),
        ("holding_reply", "8 weeks", None, None),
        ("decide", "15 business_days", "35 business_days", "payments"),
        ("holding_reply", "15 business_days", None, "payments"),
    ],
    "us_cfpb": [
        ("decide", "15 calendar_days", "60 calendar_days", None),
        ("holding_reply", "15 calendar_days", None, None),
    ],
    "us_nydfs": [],
    "vara": [
        ("acknowledge", "1 week", None, None),
        ("decide", "4 weeks", "8 weeks", None),
        ("holding_reply", "4 weeks", None, None),
    ],
}


def test_every_pack_stands_in_the_table_here():
    assert packs() == tuple(CLOCKS)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_pack_has_the_clocks_of_its_law_and_none_without_a_number(name):
    found = [
        (clock.clock, str(clock.budget), clock.extension and str(clock.extension), clock.applies)
        for clock in pack(name).clocks
    ]

    assert found == CLOCKS[name]


@pytest.mark.parametrize("name", CLOCKS)
def test_each_clock_names_its_source_and_a_calendar_there_is(name):
    for clock in pack(name).clocks:
        assert clock.source
        assert clock.statutory
        assert calendar(clock.calendar).holidays


@pytest.mark.parametrize("name", CLOCKS)
def test_an_extension_gives_more_time_than_there_was(name):
    received = local("2026-03-02 12:00", "gb")
    for clock in pack(name).clocks:
        on = calendar(clock.calendar)
        latest = due_at(received, clock.extension or clock.budget, on)
        assert (latest > due_at(received, clock.budget, on)) == (clock.extension is not None)


@pytest.mark.parametrize(
    ("name", "conditions", "decide"),
    [
        ("uk_disp", (), "8 weeks"),
        ("uk_disp", ("payments",), "15 business_days"),
        ("uk_disp", ("hardship",), "8 weeks"),
        ("au_rg271", ("hardship",), "21 calendar_days"),
        ("au_rg271", ("superannuation",), "45 calendar_days"),
    ],
)
def test_a_complaint_has_one_clock_of_each_name_and_its_own_before_the_general(
    name, conditions, decide
):
    clocks = pack(name).clocks_of(conditions)

    assert [str(clock.budget) for clock in clocks if clock.clock == "decide"] == [decide]
    assert len({clock.clock for clock in clocks}) == len(clocks)


@pytest.mark.parametrize(
    ("name", "conditions", "received", "clock", "expected"),
    [
        ("uk_disp", (), "2026-06-05 23:59", "summary", "2026-06-10 17:00"),
        ("uk_disp", (), "2026-05-01 10:00", "summary", "2026-05-07 17:00"),
        ("uk_disp", (), "2026-01-01 10:00", "decide", "2026-02-27 00:00"),
        ("uk_disp", ("payments",), "2026-03-30 10:00", "decide", "2026-04-22 17:00"),
        ("eu_mica", (), "2025-12-31 10:00", "decide", "2026-03-01 00:00"),
        ("eu_mica", (), "2026-04-30 10:00", "decide", "2026-07-01 00:00"),
        ("vara", (), "2026-06-05 10:00", "acknowledge", "2026-06-13 00:00"),
        ("au_rg271", (), "2026-10-03 20:00", "acknowledge", "2026-10-04 21:00"),
        ("us_cfpb", (), "2026-06-05 23:00", "decide", "2026-06-21 00:00"),
    ],
)
def test_the_law_counts_from_the_receipt(name, conditions, received, clock, expected):
    clocks = {found.clock: found for found in pack(name).clocks_of(conditions)}
    on = calendar(clocks[clock].calendar)

    found = due_at(local(received, on), clocks[clock].budget, on)

    assert found == local(expected, on)


def test_a_pack_that_is_not_there_is_said_with_those_that_are():
    with pytest.raises(UsageError, match="the packs are au_rg271, default"):
        pack("atlantis")
