"""A complaint is forgotten by two people, never while a court needs it, and once."""

import pytest

from services.intake.decide import DECIDER
from services.intake.offers import INTAKE
from shared.events.intake import ComplaintSubmitted, EraseSubmitted, HoldSubmitted, KeyDestroyed
from shared.http.tokens import Principal
from shared.pipeline import STAGES
from shared.testing.scenario import Scenario
from tests.unit.verification.complaints import facts

ONE, TWO = "privacy-1", "privacy-2"


@pytest.fixture
def case():
    made = Scenario(STAGES["intake"], DECIDER)
    made.when(ComplaintSubmitted(facts=facts()))
    return made


def erase(staff, roles=("privacy",), **more):
    return EraseSubmitted(staff=staff, roles=roles, reason="customer-asked", **more)


def hold(on=True, roles=("privacy",), staff=ONE):
    return HoldSubmitted(staff=staff, roles=roles, on=on, reason="court")


def names(events):
    return [type(event).__name__ for event in events]


def rule(events):
    (refused,) = events
    return refused.rule


def test_two_people_erase_and_the_end_is_told_when_the_key_is_gone(case):
    assert names(case.when(erase(ONE))) == ["ErasureRequested"]
    assert "erase" not in case.state.due
    assert names(case.when(erase(TWO))) == ["ErasureApproved"]
    (erased,) = case.result("erase", KeyDestroyed)

    assert (type(erased).__name__, erased.reason) == ("ComplaintErased", "customer-asked")
    assert case.state.erasure.erased
    assert "erase" not in case.state.due


def test_what_is_to_be_forgotten_is_compared_with_nothing_any_more(case):
    assert "compare" in case.state.due
    case.when(erase(ONE))
    case.when(erase(TWO))
    assert list(case.state.due) == ["erase"]
    assert case.state.linking.sought is None
    case.result("erase", KeyDestroyed)
    assert case.state.due == {}


def test_one_person_alone_erases_nothing(case):
    case.when(erase(ONE))
    assert rule(case.when(erase(ONE))) == "same-person"
    assert "erase" not in case.state.due


@pytest.mark.parametrize("roles", [("agent",), ("supervisor",), ("admin",), ()])
def test_no_other_role_erases(case, roles):
    assert rule(case.when(erase(ONE, roles))) == "role-too-low"


def test_what_a_court_needs_is_kept_until_it_is_released_and_then_asked_for_anew(case):
    case.when(erase(ONE))
    assert names(case.when(hold())) == ["HoldSet"]
    assert rule(case.when(erase(TWO))) == "on-hold"
    assert names(case.when(hold(on=False, roles=("admin",)))) == ["HoldLifted"]
    assert names(case.when(erase(TWO))) == ["ErasureRequested"]


@pytest.mark.parametrize(("on", "expected"), [(True, "on-hold"), (False, "not-on-hold")])
def test_a_hold_is_set_once_and_lifted_once(case, on, expected):
    if on:
        case.when(hold())
    assert rule(case.when(hold(on=on))) == expected


def test_who_may_not_keep_may_not_release(case):
    assert rule(case.when(hold(roles=("agent",)))) == "role-too-low"


def test_nothing_is_asked_for_after_the_erasure_nor_before_the_complaint(case):
    empty = Scenario(STAGES["intake"], DECIDER)
    assert rule(empty.when(erase(ONE))) == "not-received"
    case.when(erase(ONE))
    case.when(erase(TWO))
    assert rule(case.when(erase(ONE))) == "erased"
    assert rule(case.when(hold())) == "erased"


def test_a_person_who_has_not_seen_the_latest_is_told(case):
    case.when(hold())
    assert rule(case.when(erase(ONE, expected_sequence=1))) == "case-moved-on"


def offered(case, command, who):
    return bool(INTAKE[command](case.state, Principal(who, frozenset({"privacy"}))))


def test_pages_offer_what_would_not_be_refused(case):
    assert offered(case, "erase", ONE)
    case.when(erase(ONE))
    assert (offered(case, "erase", ONE), offered(case, "erase", TWO)) == (False, True)
    case.when(hold())
    assert not offered(case, "erase", TWO)
    assert (offered(case, "hold", ONE), offered(case, "release", ONE)) == (False, True)
