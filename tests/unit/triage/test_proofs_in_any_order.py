"""A proof of identity counts whenever it comes: before the facts, after them, twice, or late."""

from itertools import permutations

import pytest

from shared.events.triage import CaseClassified, CaseEscalated, IdentityNoted
from shared.events.verification import IdentityVerified
from tests.unit.triage.stage_cases import MISSING, STOLEN, admitted, express, names, triage

FIRST = IdentityVerified(user_id="u1", level="L1")
SECOND = IdentityVerified(user_id="u1", level="L2")
OTHER = IdentityVerified(user_id="u2", level="L1")
FOUND = IdentityVerified(user_id="u1", level="L0")
URGENT = admitted(MISSING, identity="L0", emergency=True)
TELLING = (CaseClassified, CaseEscalated, IdentityNoted)


def after(facts, case=None):
    case = case or express(triage())
    for fact in facts:
        case.when(fact)
    return case


def best(case, *kinds):
    """How surely each account was told to be theirs, by events of these kinds."""
    levels = {}
    for event in case.events:
        if isinstance(event, kinds) and event.user_id:
            now = event.identity if hasattr(event, "identity") else event.level
            levels[event.user_id] = max(levels.get(event.user_id, "L0"), now)
    return levels


@pytest.mark.parametrize("text", [MISSING, STOLEN])
@pytest.mark.parametrize("named", [None, "u1"])
def test_every_proof_is_passed_on_in_all_orders(text, named):
    facts = admitted(text, user_id=named, identity="L0")
    for order in permutations([facts, FOUND, FIRST, SECOND, OTHER]):
        case = after(order)
        assert best(case, *TELLING) == {"u1": "L2", "u2": "L1"}, names(case.events)
        assert case.state.proof_of("u1") == "L2"
        assert case.state.proof_of("u2") == "L1"


@pytest.mark.parametrize("facts", [admitted(STOLEN, identity="L0"), URGENT])
def test_an_emergency_is_escalated_for_every_account_as_it_is_proved_in_all_orders(facts):
    for order in permutations([facts, FIRST, SECOND, OTHER]):
        case = after(order)
        assert best(case, CaseEscalated) == {"u1": "L2", "u2": "L1"}, names(case.events)


def test_an_emergency_that_shows_later_forgets_no_proof_in_all_orders():
    plain = admitted(MISSING, identity="L0")
    for order in permutations([plain, URGENT, SECOND, OTHER]):
        case = after(order)
        assert best(case, CaseEscalated) == {"u1": "L2", "u2": "L1"}, names(case.events)
        assert case.state.proof_of("u1") == "L2"


def test_a_second_proof_that_overtakes_the_facts_is_noted_and_an_older_one_is_no_news():
    case = express(triage())
    assert names(case.when(FIRST)) == ["IdentityNoted"]
    assert names(case.when(SECOND)) == ["IdentityNoted"]
    assert case.when(FIRST) == []
    case.when(admitted(MISSING, identity="L0"))
    assert case.events[-2].identity == "L2"


def test_a_proof_that_a_state_of_before_holds_still_counts():
    case = express(triage())
    before = {"user_id": "u1", "identity": "L2", "lane": "express"}
    case.state = type(case.state).model_validate(before)
    assert case.when(FIRST) == []
    case.when(OTHER)
    assert case.state.proof_of("u1") == "L2"
