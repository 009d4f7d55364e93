"""A day after a decision: does what was done still hold?"""

from datetime import timedelta

import pytest

from services.resolution.rules.effectiveness import frozen, lost, payments
from shared.events.resolution import EffectsRead
from tests.unit.resolution.builders import (
    CREDIT,
    DELAY,
    USER,
    a_case,
    appealed,
    applied,
    classified,
    compensate,
    confirmed,
    credit,
    decided,
    freeze,
    kinds,
    proposal,
    refused,
    withdrawn,
)

SCOPES = {"withdrawals", "api_keys", "sessions"}


def paid():
    """A decision with two payments; its id."""
    case = a_case()
    case.when(proposal(credit(), compensate()))
    applied(case, CREDIT)
    return case, applied(case, DELAY)[-1]


def looked(case, decision, *gone):
    return case.result(f"check:{decision}", EffectsRead, lost=gone)


def test_a_day_later_the_payments_are_looked_at_also_where_the_case_is_closed():
    case, decision = paid()
    case.when(confirmed(decision.decision_id))

    assert decision.check_at - case.now == timedelta(days=1)
    (checked,) = looked(case, decision.decision_id)
    assert (checked.decision_id, checked.lost) == (decision.decision_id, ())
    assert case.state.due == {}


def test_what_holds_no_longer_is_reviewed_once():
    case, decision = paid()

    first = looked(case, decision.decision_id, CREDIT)
    case.when(appealed(decision.decision_id))
    case.when(proposal(compensate("0.01", thing="more"), proposal_id="p-2", level=2))
    later = applied(case, "compensate|more")[-1]

    assert kinds(first) == ["EffectsChecked", "ReviewRecorded"]
    assert first[1].trigger == "effect_lost"
    assert kinds(looked(case, later.decision_id, CREDIT)) == ["EffectsChecked"]


def test_a_decision_on_words_alone_needs_no_second_look():
    case = a_case()
    decided(case)

    assert [item.kind for item in case.state.due.values()] == ["timer"]


@pytest.mark.parametrize(
    ("standing", "gone"), [({CREDIT, DELAY}, ()), ({CREDIT}, (DELAY,)), ((), (CREDIT, DELAY))]
)
def test_a_payment_that_the_exchange_no_longer_shows_is_lost(standing, gone):
    case, _ = paid()

    assert payments(case.state) == (CREDIT, DELAY)
    assert lost(case.state, standing, {}, case.now) == gone


@pytest.mark.parametrize(
    ("restricted", "holds"), [(SCOPES, True), (SCOPES - {"sessions"}, False), ((), False)]
)
def test_a_freeze_that_holds_in_part_is_lost(restricted, holds):
    case = a_case()
    case.when(classified())
    (order,) = case.when(freeze())
    applied(case, order.key)

    assert frozen(case.state, case.now) == {USER: SCOPES}
    assert (lost(case.state, (), {USER: restricted}, case.now) == ()) is holds


def test_a_case_that_ends_half_paid_is_not_forgotten():
    case = a_case()
    case.when(proposal(credit(), compensate()))
    applied(case, CREDIT)
    refused(case, DELAY, "unknown_account")
    ended = case.when(withdrawn())

    assert kinds(ended)[-2:] == ["CaseClosed", "ReviewRecorded"]
    assert ended[-1].trigger == "half_done"


def test_what_was_paid_whole_in_the_end_is_no_half():
    case = a_case()
    case.when(proposal(credit(), compensate()))
    applied(case, CREDIT)
    refused(case, DELAY, "unknown_account")
    case.when(proposal(credit(), compensate(), proposal_id="p-2"))
    applied(case, DELAY)

    assert kinds(case.when(withdrawn())) == ["CaseClosed"]
