"""After a decision: low ratings, the way outside, and reviews by chance."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.resolution.rules.decisions import triggers
from services.resolution.state.case import Decision
from shared.decider import Context
from shared.events.personal import Personal
from shared.events.resolution import (
    CallbackSubmitted,
    ExternalDecisionSubmitted,
    ReferralSubmitted,
)
from shared.policy import load
from shared.testing.scenario import START
from tests.unit.resolution.builders import (
    a_case,
    appealed,
    confirmed,
    decided,
    kinds,
    rated,
)

TODAY = START.date()


def called(decision, staff="agent-2"):
    return CallbackSubmitted(staff=staff, decision_id=decision, outcome="explained")


def referred(on=TODAY):
    return ReferralSubmitted(staff="agent-2", body="ombudsman", referred_on=on)


def came_back(on=TODAY):
    said = {"outcome": "rejected", "decided_on": on, "summary": Personal("They agree with us.")}
    return ExternalDecisionSubmitted(staff="sup-1", **said)


def at_last_level():
    case = a_case()
    case.when(appealed(decided(case)))
    return case, decided(case, proposal_id="p-2", level=2)


@pytest.mark.parametrize(("score", "asks"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_low_rating_asks_for_a_call_and_opens_nothing_again(score, asks):
    case = a_case()
    decision = decided(case)
    case.when(confirmed(decision))

    noted = kinds(case.when(rated(decision, score)))

    assert noted == ["RatingNoted", "CallbackRequested"][: 1 + asks]
    assert case.state.closed == "upheld"


def test_somebody_else_than_who_proposed_calls_once():
    case = a_case()
    decision = decided(case, proposed_by="agent-1")
    case.when(rated(decision, 1))

    (own,), (made,), (again,) = (
        case.when(called(decision, "agent-1")),
        case.when(called(decision)),
        case.when(called(decision)),
    )

    assert (own.rule, again.rule) == ("proposer", "no-callback-due")
    assert (made.staff, made.outcome) == ("agent-2", "explained")


def test_nobody_calls_who_was_not_asked_for():
    case = a_case()

    assert case.when(called(decided(case)))[0].rule == "no-callback-due"
    assert case.when(called("nothing"))[0].rule == "no-callback-due"


def test_a_rating_has_its_time():
    case = a_case()
    decision = decided(case)
    case.now += timedelta(days=21, seconds=1)

    assert case.when(rated(decision))[0].rule == "too-late"


def test_after_our_last_word_the_way_outside_is_on_record_once():
    case, decision = at_last_level()

    (went,), (again,) = case.when(referred()), case.when(referred())
    (back,), (twice,) = case.when(came_back()), case.when(came_back())

    assert (went.body, went.decision_id) == ("ombudsman", decision)
    assert (back.body, back.outcome) == ("ombudsman", "rejected")
    assert (again.rule, twice.rule) == ("referred-already", "decided-already")


def test_before_our_last_word_nothing_goes_outside():
    case = a_case()

    assert case.when(referred())[0].rule == "not-last-level"
    decided(case)
    assert case.when(referred())[0].rule == "not-last-level"


def test_what_never_went_outside_does_not_come_back():
    case, _ = at_last_level()

    assert case.when(came_back())[0].rule == "not-referred"


def test_nothing_is_recorded_before_it_happened():
    case, _ = at_last_level()
    tomorrow = date.fromordinal(TODAY.toordinal() + 1)

    assert case.when(referred(tomorrow))[0].rule == "in-the-future"
    case.when(referred())
    assert case.when(came_back(tomorrow))[0].rule == "in-the-future"


def test_one_in_twenty_decided_cases_is_reviewed_by_chance_and_the_same_ones_again():
    decision = Decision(
        decision_id="d", level=1, outcome="upheld", finding="f", cause="c", made_at=START
    )

    def drawn(number):
        context = Context(START, load("default"), str(UUID(int=number)), "i")
        return "sample" in triggers(a_case().state, decision, context)

    found = [n for n in range(4000) if drawn(n)]

    assert 150 < len(found) < 250
    assert found == [n for n in range(4000) if drawn(n)]
