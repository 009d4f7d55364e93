from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.resolution import CaseClosed
from tests.unit.investigation.stage_cases import (
    admitted,
    appealed,
    assigned,
    investigation,
    names,
)

FACTS = (
    admitted(),
    assigned("agent-1", level=1),
    appealed(),
    assigned("agent-9", level=2),
    CaseClosed(outcome="rejected", level=1),
)


@settings(max_examples=200, deadline=None)
@given(st.permutations([*FACTS, *FACTS]))
def test_an_appealed_case_ends_up_with_its_second_owner_in_whatever_order_the_facts_come(facts):
    case = investigation()
    for fact in facts:
        case.when(fact)
    assert (case.state.level, case.state.assignee, case.state.points) == (2, "agent-9", ("amount",))
    assert not case.state.over
    assert sorted({item.kind for item in case.state.due.values()}) == ["collect"]
    assert names(case.events).count("InvestigationStarted") <= 2


@settings(max_examples=100, deadline=None)
@given(st.permutations([*FACTS, *FACTS, CaseClosed(outcome="withdrawn", level=2)]))
def test_a_case_that_ended_asks_nobody_in_whatever_order_the_facts_come(facts):
    case = investigation()
    for fact in facts:
        case.when(fact)
    assert case.state.ended == 2
    assert case.state.due == {}
    assert case.state.evidence == {}
