"""For how long a complaint is kept: by law, by hold, and never shorter than any law says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.intake import ComplaintErased, HoldLifted, HoldSet
from shared.report.register.row import Row
from shared.report.retention import retained
from shared.rules.calendars import packs
from shared.rules.retention import RETENTION, Retention, Term, kept, terms_of
from tests.unit.report.test_register import row, seconds

RECEIVED, CLOSED = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
LATE = date(2100, 1, 1)


def entry(on=LATE, packs_=("eu_mica",), conditions=(), **fields):
    made = Row("c", received_at=RECEIVED, **{"closed_at": CLOSED, **fields})
    (found,) = retained([made], on, packs_, conditions)
    return found


@pytest.mark.parametrize(
    ("pack", "conditions", "until", "source"),
    [
        ("eu_mica", (), date(2031, 3, 1), "Art. 68(9)"),
        ("eu_mica", ("authority_request",), date(2033, 3, 1), "Art. 68(9)"),
        ("uk_disp", (), date(2029, 1, 15), "DISP 1.9.1R(2)"),
        ("uk_disp", ("collective_portfolio_management",), date(2031, 1, 15), "DISP 1.9.1R(1)"),
        ("us_nydfs", (), date(2033, 3, 1), "200.12"),
    ],
)
def test_each_law_has_its_term_from_the_receipt_or_from_the_closing(
    pack, conditions, until, source
):
    last = entry(until, (pack,), conditions)
    assert (last.standing, last.until) == ("kept", until)
    assert source in last.source
    assert entry(until + timedelta(days=1), (pack,), conditions).standing == "due"


def test_the_longest_term_of_all_places_counts():
    assert entry(packs_=("uk_disp", "us_nydfs", "eu_mica")).until == date(2033, 3, 1)
    assert entry(packs_=("uk_disp",), jurisdictions=["eu_mica@2026-11-22"]).until.year == 2031


def test_a_hold_keeps_what_is_over_and_changes_nothing_before():
    assert entry(hold=True).standing == "held"
    assert entry(date(2027, 1, 1), hold=True).standing == "kept"


def test_of_a_place_without_a_known_term_nothing_is_ever_due():
    found = entry(packs_=("mas", "eu_mica"))
    assert (found.standing, found.source, found.until) == ("unknown", "mas", None)
    assert entry(packs_=()).standing == "unknown"


def test_what_is_not_over_is_not_due_and_what_is_erased_is_done():
    later = [{"level": 2, "points": [], "at": CLOSED + timedelta(days=3)}]
    earlier = [{"level": 2, "points": [], "at": RECEIVED}]

    assert entry(closed_at=None).standing == "open"
    assert entry(appeals=later).standing == "open"
    assert entry(appeals=earlier).standing == "due"
    assert entry(erased_at=CLOSED).standing == "erased"


def test_what_was_none_of_ours_is_kept_from_the_day_that_was_decided():
    found = entry(closed_at=None, admissible=False, admissible_at=CLOSED)
    assert (found.standing, found.until) == ("due", date(2031, 3, 1))
    assert entry(closed_at=None, admissible=True, admissible_at=CLOSED).standing == "open"


def test_a_term_holds_from_its_day_on_and_a_newer_one_takes_its_place():
    old = Term(pack="x", years=3, starts="closed", since=date(2020, 1, 1), source="old")
    new = old.model_copy(update={"years": 2, "since": date(2027, 1, 1), "source": "new"})
    table = Retention(version="t", terms=(new, old))

    assert terms_of("x", date(2019, 12, 31), table=table) == ()
    assert terms_of("x", date(2026, 12, 31), table=table) == (old,)
    assert terms_of("x", date(2027, 1, 1), table=table) == (new,)


def test_a_leap_day_ends_on_the_later_day():
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert kept(leap, leap, terms_of("eu_mica", LATE)).until == date(2033, 3, 1)


@given(
    st.integers(0, 20_000),
    st.integers(0, 4000),
    st.sampled_from([term.pack for term in RETENTION.terms]),
)
def test_another_place_never_makes_it_shorter(day, days, pack):
    received = RECEIVED + timedelta(days=day)
    closed = received + timedelta(days=days)
    alone = terms_of("uk_disp", LATE)
    both = (*alone, *terms_of(pack, LATE))
    assert kept(received, closed, both).until >= kept(received, closed, alone).until


def test_every_term_is_of_a_pack_that_there_is_and_names_its_source():
    assert {term.pack for term in RETENTION.terms} <= {*packs(), "default"}
    assert all(len(term.source) > 10 for term in RETENTION.terms)


def test_the_register_says_what_is_held_and_when_it_was_erased():
    held, lifted = (kind(reason="court", staff="p-1") for kind in (HoldSet, HoldLifted))
    assert row((60.0, held)).hold
    assert not row((60.0, held), (61.0, lifted)).hold
    assert row((60.0, ComplaintErased(reason="asked"))).erased_at == seconds(60)
    assert row().admissible_at == seconds(0.91)
