"""Reports: periods, what is counted when, and what is left out."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from shared.errors import UsageError
from shared.report.counting import figures
from shared.report.page import as_json, as_text
from shared.report.period import month, quarter
from shared.report.story import Counted, Payment, Story, story_of
from shared.report.suppression import suppressed
from tests.stories import Story as Told
from tests.stories import deposit

OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
FOURTH = quarter("2026-Q4")


def decision(outcome="upheld", finding="premature", cause="platform", level=1):
    return SimpleNamespace(outcome=outcome, finding=finding, cause=cause, level=level)


def story(at=OCTOBER, channel="web_form", took=60, **changes):
    steps = {"received": at, "decided": at + timedelta(seconds=took)}
    usual = {"decisions": [(at, decision())], "category": "kyc", "policies": {"p-1"}}
    return Story(channel=channel, steps=steps, **{**usual, **changes})


def many(count, **changes):
    return [story(**changes) for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 10, "b": 12}, {"a": 10, "b": 12}),
        ({"a": 9, "b": 12, "c": 30}, {"a": None, "b": None, "c": 30}),
        ({"a": 9, "b": 1, "c": 30}, {"a": None, "b": None, "c": 30}),
        ({"a": 3}, {"a": None}),
        ({"a": 0, "b": 10}, {"b": 10}),
        ({}, {}),
    ],
)
def test_a_small_cell_is_left_out_and_never_alone(counts, told):
    assert suppressed(counts) == told


@pytest.mark.parametrize("text", ["2026-Q5", "2026Q1", "", "26-Q1", "2026-Q1 "])
def test_what_is_no_quarter_is_said(text):
    with pytest.raises(UsageError, match="2026-Q4"):
        quarter(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "0000-01"])
def test_what_is_no_month_is_said(text):
    with pytest.raises(UsageError):
        month(text)


def test_a_period_ends_before_the_next_begins():
    assert FOURTH.holds(OCTOBER)
    assert not FOURTH.holds(datetime(2027, 1, 1, tzinfo=UTC))
    assert month("2026-01").before().name == "2025-12"
    assert FOURTH.before().end == OCTOBER


def test_complaints_count_where_they_came_and_decisions_where_they_were_made():
    late = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    crossing = Story(
        steps={"received": late}, decisions=[(late + timedelta(hours=1), decision("rejected"))]
    )
    found = figures([*many(12), *[crossing] * 10], FOURTH)
    after = figures([*many(12), *[crossing] * 10], quarter("2027-Q1"))

    assert (found.totals["received"], found.totals["decided"]) == (22, 12)
    assert (after.totals["received"], after.totals["decided"]) == (0, 10)


def test_appeals_redress_clocks_and_ratings_are_counted():
    kept, broken = Counted(OCTOBER, "resolution"), Counted(OCTOBER, "progress")
    paid = Payment(OCTOBER, "credit", "BTC", Decimal("0.10"))
    second = decision("partly_upheld", level=2)
    changes = {
        "appeals": [OCTOBER],
        "clocks": [kept],
        "breaches": [broken],
        "ratings": [Counted(OCTOBER, "2")],
        "payments": [paid],
        "decisions": [(OCTOBER, second)],
    }
    found = figures(many(10, **changes), FOURTH)

    assert (found.totals["appeals"], found.totals["appeals overturned"]) == (10, 10)
    assert found.tables["clocks kept"] == {"resolution": 10}
    assert found.tables["clocks broken"] == {"progress": 10}
    assert found.tables["dissatisfied, by category"] == {"kyc": 10}
    assert found.redress == {"credit BTC": "1"}
    assert found.frequent == ()


def test_what_the_dissatisfied_spoke_of_is_counted_by_the_terms_that_told_and_nothing_else():
    low = {"ratings": [Counted(OCTOBER, "1")], "words": ("term:document", "kyc_refused")}
    content = {"ratings": [Counted(OCTOBER, "5")], "words": ("term:praise",)}
    found = figures([*many(10, **low), *many(10, **content)], FOURTH)

    assert found.tables["dissatisfied, by words"] == {"term:document": 10, "kyc_refused": 10}


def test_a_sum_of_few_payments_is_left_out():
    paid = Payment(OCTOBER, "credit", "BTC", Decimal("0.1"))

    assert figures(many(9, payments=[paid]), FOURTH).redress == {"credit BTC": None}


def test_percentiles_are_the_nearest_rank_and_none_for_a_few():
    stories = [story(took=seconds) for seconds in range(1, 21)]

    steps = figures(stories, FOURTH).steps
    assert steps["receipt to decision"] == {"median": 10, "p95": 19}
    assert figures(stories[:9], FOURTH).steps["receipt to decision"]["median"] is None


def test_what_many_ask_may_be_answered_by_an_article():
    december = month("2026-12")
    recent = many(10, decisions=[(december.end - timedelta(days=1), decision())])
    older = many(10, decisions=[(december.start, decision(finding="by_rule"))])

    assert figures([*recent, *older], december).frequent == ("premature",)


def test_the_log_of_a_complaint_becomes_its_story():
    told = Told(str(uuid4()), OCTOBER).tell(*deposit(str(uuid4()), OCTOBER))

    found = story_of(reversed(told.events))

    assert (found.channel, found.category) == ("web_form", "deposit_withdrawal")
    assert {"received", "classified", "assigned", "proposed", "decided"} <= found.steps.keys()
    assert [d.finding for _, d in found.decisions] == ["credited_internal_delay"]


def test_the_same_figures_give_the_same_bytes():
    places = {"complaints.intake.events/0": "0..9"}
    one, other = ([figures(many(20), FOURTH)] for _ in range(2))

    assert as_json(one, places) == as_json(other, places)
    assert as_text(one, places) == as_text(other, places)
    assert json.loads(as_json(one, places))["log"] == places
    assert "complaints.intake.events/0" in as_text(one, places)


def test_a_month_stands_beside_the_one_before():
    november = month("2026-11")
    found = [figures(many(20), period) for period in (november, november.before())]

    assert "before: 20" in as_text(found, {})
    assert json.loads(as_json(found, {}))["before"]["totals"]["received"] == 20
