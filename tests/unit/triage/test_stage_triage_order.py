from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.verification import IdentityVerified
from tests.unit.triage.stage_cases import (
    STOLEN,
    admitted,
    appealed,
    cause,
    closed,
    decision,
    express,
    frozen,
    names,
    triage,
)

FACTS = (
    admitted(STOLEN, user_id=None, identity="L0"),
    IdentityVerified(user_id="u1", level="L1"),
    frozen(),
    cause(),
    decision(),
    closed(),
    appealed(),
)


def after(facts):
    case = express(triage())
    for fact in facts:
        case.when(fact)
    return case


@settings(max_examples=200, deadline=None)
@given(st.permutations([*FACTS, *FACTS]))
def test_an_appealed_emergency_seeks_its_next_owner_in_whatever_order_the_facts_come(facts):
    case = after(facts)
    said = names(case.events)
    assert said.count("CaseClassified") == 1
    assert said.count("CaseReopened") == 1
    assert 1 <= said.count("CaseEscalated") <= 2
    assert (case.state.user_id, case.state.identity) == ("u1", "L1")
    assert (case.state.level, case.state.over) == (2, False)
    assert "assign:2" in case.state.due
    assert "assign:1" not in case.state.due


@settings(max_examples=100, deadline=None)
@given(st.permutations([*FACTS, *FACTS, closed(level=2)]))
def test_a_settled_case_owes_nothing_in_whatever_order_the_facts_come(facts):
    case = after(facts)
    assert case.state.due == {}
    assert case.state.clocks == {}
    assert not case.state.open
