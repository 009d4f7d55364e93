"""Orders: how they were carried out, from evidence to what follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.base import Remedy
from shared.testing.scenario import START
from tests.unit.investigation.odd_values import JSON, MONEY, TIMES, bent
from tests.unit.investigation.stage_cases import answered, running

AT = START - timedelta(hours=1)


def stamp(seconds=0):
    return (AT + timedelta(seconds=seconds)).isoformat()


def order(**more):
    fields = {
        "id": "o-1", "user_id": "u1", "at": stamp(), "symbol": "BTCUSDT", "side": "buy",
        "type": "market", "size": "3", "filled": "3", "state": "filled", "quote": "USDT",
    }  # fmt: skip
    return {**fields, **more}


def fill(price, size, name="f1", **more):
    fields = {"id": name, "user_id": "u1", "order_id": "o-1", "at": stamp(1)}
    return {**fields, "price": price, "size": size, **more}


BOOK = {
    "symbol": "BTCUSDT", "at": stamp(-1),
    "bids": [["99", "1"], ["98", "5"]], "asks": [["100", "1"], ["101", "5"]],
}  # fmt: skip
GOOD = {
    "order": order(), "fills": [fill("100", "1"), fill("101", "2", "f2")], "book": BOOK,
    "marks": [[stamp(-30), "90"], [stamp(-1), "100"]], "incidents": [], "same": [],
}  # fmt: skip


def judged(**changed):
    case = running(category="trade_execution", order_id="o-1", txid=None)
    return answered(case, orders={"rows": []}, execution={**GOOD, **changed})[1:]


def at_price(price):
    return [fill(price, "3")]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"fills": at_price("100.6")},  # the book says 302 for 3
        {"fills": at_price("101.17")},  # 303.51 is within 0.5 % of 302
        {"fills": at_price("90")},
        {"order": order(side="sell"), "fills": at_price("98.4")},  # the book says 295
        {"order": order(type="limit", price="99"), "fills": at_price("99"), "book": None},
        {"order": order(type="limit", price="99", side="sell"), "fills": at_price("99.1")},
        {"order": order(state="cancelled", filled="1"), "fills": [fill("100", "1")]},
    ],
)
def test_an_order_within_its_limit_or_near_its_book_followed_the_rules(changed):
    finding, cause, proposal = judged(**changed)

    assert (finding.finding, cause.cause) == ("execution_by_rule", "rules_applied")
    assert (proposal.outcome, proposal.remedies) == ("rejected", (Remedy(code="explain"),))


@pytest.mark.parametrize(
    ("changed", "due", "expected"),
    [
        ({"fills": at_price("110")}, "28", "100.66666667"),  # 330 - 302
        ({"fills": at_price("101.18")}, "1.54", "100.66666667"),
        ({"order": order(side="sell"), "fills": at_price("90")}, "25", "98.33333333"),
        (
            {"order": order(type="limit", price="99"),
             "fills": [fill("99.5", "1"), fill("90", "2", "f2")]},
            "0.5",
            "99",
        ),
        (
            {"order": order(type="limit", price="99", side="sell"), "fills": at_price("98.9")},
            "0.3",
            "99",
        ),
    ],
)  # fmt: skip
def test_slippage_beyond_the_rules_is_paid_by_formula_for_the_order(changed, due, expected):
    finding, cause, proposal = judged(**changed)

    assert (finding.finding, cause.cause) == ("slippage_excess", "platform")
    assert (finding.details["compensation"], finding.details["expected_price"]) == (due, expected)
    pay = Remedy(
        code="compensate", user_id="u1", asset="USDT", amount=Decimal(due), thing="order|o-1"
    )
    assert (proposal.outcome, proposal.remedies) == ("upheld", (pay,))
    assert due in finding.explanation


@pytest.mark.parametrize("state", ["rejected", "cancelled"])
def test_an_order_that_a_rule_refused_is_explained_with_the_reason(state):
    refused = order(state=state, filled="0", reason="below_minimum")
    finding, _, proposal = judged(order=refused, fills=[])

    assert (finding.finding, finding.details["reason"]) == (
        "order_rejected_by_rule",
        "below_minimum",
    )
    assert proposal.outcome == "rejected"


def incident(start, end, component="matching_engine"):
    ended = None if end is None else stamp(end)
    return {
        "id": "i-1",
        "component": component,
        "title": "slow",
        "started_at": stamp(start),
        "ended_at": ended,
    }


@pytest.mark.parametrize(("start", "end"), [(-60, 0), (1, 60), (-5, None)])
def test_an_order_in_an_outage_goes_to_a_person_for_its_compensation(start, end):
    finding, task = judged(incidents=[incident(start, end)], fills=at_price("110"))

    assert (finding.finding, finding.details["incident"]) == ("execution_in_outage", "i-1")
    assert task.reason == "execution-in-outage"


@pytest.mark.parametrize(
    "other", [incident(2, 60), incident(-60, -1), incident(-60, 60, component="mobile_app")]
)
def test_an_incident_elsewhere_or_at_another_time_is_no_outage_of_the_order(other):
    assert judged(incidents=[other])[0].finding == "execution_by_rule"


TWIN = order(id="o-2", client_id="mine")


@pytest.mark.parametrize(
    "changed",
    [
        {"fills": [fill("100", "3"), fill("100", "3", "f2")]},
        {"order": order(client_id="mine"), "same": [order(client_id="mine"), TWIN]},
    ],
)
def test_an_order_carried_out_twice_goes_to_a_person(changed):
    finding, task = judged(**changed)

    assert (finding.finding, task.reason) == ("duplicate_execution", "duplicate-execution")


@pytest.mark.parametrize(
    "twin", [{**TWIN, "size": "4"}, {**TWIN, "filled": "0"}, {**TWIN, "side": "sell"}]
)
def test_orders_of_one_name_and_other_terms_are_no_double(twin):
    assert judged(order=order(client_id="mine"), same=[twin])[0].finding == "execution_by_rule"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"order": None}, "order-unknown"),
        ({"order": {"id": "o-1"}}, "facts-missing"),
        ({"fills": None}, "facts-missing"),
        ({"fills": [fill("-1", "3")]}, "facts-missing"),
        ({"order": order(size="1e9")}, "facts-missing"),
        ({"fills": [fill("0", "3")]}, "facts-unclear"),
        ({"fills": [fill("100", "3", at=stamp(-9))]}, "facts-unclear"),
        ({"fills": [fill("100", "3", user_id="u2")]}, "facts-unclear"),
        ({"order": order(state="odd")}, "facts-unclear"),
        ({"order": order(type="iceberg")}, "facts-unclear"),
        ({"order": order(type="limit")}, "facts-unclear"),
        ({"order": order(size="0")}, "facts-unclear"),
        ({"order": order(at="2001-01-01T00:00:00Z")}, "facts-unclear"),
        ({"fills": [fill("100", "1")]}, "fills-unclear"),
        ({"order": order(state="open", filled="0"), "fills": []}, "order-open"),
        ({"order": order(state="rejected", filled="0"), "fills": []}, "reason-unknown"),
        ({"book": None}, "book-missing"),
        ({"book": {**BOOK, "asks": []}}, "book-missing"),
        ({"book": {**BOOK, "symbol": "ETHUSDT"}}, "book-missing"),
        ({"book": {**BOOK, "at": stamp(-6)}}, "book-old"),
        ({"book": {**BOOK, "at": stamp(1)}}, "book-old"),
        ({"book": {**BOOK, "asks": [["98", "9"]]}}, "book-unclear"),
        ({"book": {**BOOK, "asks": [["100", "1"]]}}, "book-too-shallow"),
        ({"marks": []}, "mark-missing"),
        ({"marks": [[stamp(-61), "100"], [stamp(1), "100"]]}, "mark-missing"),
        ({"marks": [[stamp(-1), "104"]]}, "book-off-mark"),
        ({"order": order(quote=None), "fills": at_price("110")}, "quote-unknown"),
    ],
)
def test_what_the_facts_do_not_decide_goes_to_a_person_and_never_into_a_letter(changed, reason):
    (task,) = judged(**changed)

    assert task.reason == reason


ORDER = bent(
    order(), at=TIMES, size=MONEY, filled=MONEY, type=st.sampled_from(["limit", "odd"]),
    side=st.just("sell"), state=st.sampled_from(["open", "rejected", "cancelled"]),
)  # fmt: skip
FILL = bent(fill("110", "3"), price=MONEY, size=MONEY, at=TIMES)
BOOKS = bent(BOOK, at=TIMES, asks=st.lists(st.tuples(MONEY, MONEY), max_size=3))


@settings(max_examples=400, deadline=None)
@given(
    changed=st.fixed_dictionaries(
        {},
        optional={
            "order": ORDER,
            "fills": st.lists(FILL, max_size=3) | JSON,
            "book": BOOKS,
            "marks": st.lists(st.tuples(TIMES, MONEY), max_size=3) | JSON,
            "incidents": st.lists(bent(incident(0, 1), started_at=TIMES), max_size=2) | JSON,
            "same": st.lists(ORDER, max_size=2) | JSON,
        },
    )
)
def test_whatever_the_exchange_answers_a_finding_or_a_person_follows(changed):
    last = judged(**changed)[-1]

    assert type(last).__name__ in {"RemedyProposed", "WorkItemOpened"}
    assert all(r.amount > 0 for r in getattr(last, "remedies", ()) if r.amount is not None)
