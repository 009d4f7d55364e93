import pytest

from services.investigation.decide import DECIDE
from services.investigation.state import EVOLVE
from shared.events.base import TimerElapsed
from shared.events.investigation import AppealNoted, AssignmentNoted, EvidenceCollected, FactsNoted
from shared.events.personal import Personal
from shared.events.resolution import CaseClosed
from shared.events.verification import AdmissibilityDecided, IdentityVerified
from shared.pipeline import STAGES
from tests.unit.investigation.stage_cases import (
    ASKED,
    TXID,
    admitted,
    answered,
    appealed,
    assigned,
    complaint_facts,
    investigation,
    names,
    proposed,
    running,
)


def closed(level=1):
    return CaseClosed(outcome="withdrawn", level=level)


def started(events):
    return next(e for e in events if type(e).__name__ == "InvestigationStarted")


def asked(case):
    return sorted(key for key, item in case.state.due.items() if item.kind == "collect")


def test_the_tables_hold_only_what_the_stage_reads_and_emits():
    row = STAGES["investigation"]
    read = {event for name in row.reads for event in STAGES[name].emits}
    assert set(DECIDE) <= read | set(row.takes) | {TimerElapsed}
    assert set(row.takes) <= set(DECIDE)
    assert set(EVOLVE) <= set(row.emits)


def test_facts_and_an_owner_start_the_investigation():
    case = investigation()
    assert names(case.when(admitted())) == ["FactsNoted"]
    events = case.when(assigned())
    assert names(events) == ["InvestigationStarted"]
    assert started(events).playbook == "deposit"
    assert asked(case) == [f"evidence:{s}:1" for s in sorted(ASKED)]
    assert case.due("evidence:chain:1").arguments == {"source": "chain"}


def test_an_owner_who_comes_first_waits_for_the_facts():
    case = investigation()
    assert case.when(assigned()) == [
        AssignmentNoted(level=1, assignee="agent-1", category="deposit_withdrawal", language="en")
    ]
    assert names(case.when(admitted())) == ["FactsNoted", "InvestigationStarted"]
    assert case.state.assignee == "agent-1"


def test_the_transaction_id_is_kept_in_its_one_spelling():
    case = investigation()
    case.when(admitted(txid=f" 0x{TXID.upper()} "))
    assert case.state.claim.txid == TXID


def test_a_network_that_we_do_not_know_is_not_guessed_from_the_asset():
    case = running(network=None, network_said=Personal("Fancy Chain"))
    assert started(case.events).playbook == "withdrawal"
    assert started(running(network=None).events).playbook == "deposit"


def test_the_words_of_the_customer_do_not_enter_the_state():
    case = running()
    assert "arrived" not in str(case.state)
    assert not hasattr(case.state.claim, "description")


@pytest.mark.parametrize("again", [admitted(), assigned()])
def test_the_same_fact_twice_changes_nothing(again):
    assert running().when(again) == []


def test_a_new_owner_of_the_same_level_takes_the_case_over():
    case = running()
    assert names(case.when(assigned("agent-2"))) == ["AssignmentNoted"]
    assert case.state.assignee == "agent-2"
    assert case.state.level == 1


def test_an_inadmissible_complaint_is_not_investigated_in_either_order():
    refused = AdmissibilityDecided(admissible=False, facts=complaint_facts())
    for inputs in ([refused, assigned()], [assigned(), refused]):
        case = investigation()
        for data in inputs:
            case.when(data)
        case.when(admitted())
        assert case.state.level == 0
        assert case.state.due == {}


def test_a_withdrawal_that_comes_first_keeps_the_investigation_from_starting():
    case = investigation()
    assert names(case.when(closed())) == ["InvestigationEnded"]
    case.when(admitted())
    assert names(case.when(assigned())) == ["AssignmentNoted"]


def test_a_closed_case_asks_nobody_any_more_and_lets_its_evidence_go():
    case = running()
    answered(case, chain={"responses": {}})
    case.when(admitted(memo="7"))
    assert case.state.due
    assert case.state.evidence
    assert names(case.when(closed())) == ["InvestigationEnded"]
    assert case.state.due == {}
    assert case.state.evidence == {}
    assert case.when(closed()) == []


def test_an_account_found_later_starts_the_questions_anew():
    case = running(user_id=None)
    assert asked(case) == ["evidence:chain:1", "evidence:ledger:1"]
    events = case.when(IdentityVerified(user_id="u1", level="L1"))
    assert names(events) == ["FactsNoted", "InvestigationStarted"]
    assert asked(case) == [f"evidence:{s}:2" for s in sorted(ASKED)]
    assert case.when(IdentityVerified(user_id="u2", level="L1")) == []


def test_an_account_is_not_noted_before_the_facts_on_the_normal_lane():
    assert investigation().when(IdentityVerified(user_id="u1", level="L1")) == []


def test_an_account_that_overtakes_the_facts_on_the_express_lane_is_kept():
    case = investigation()
    case.state = case.state.model_copy(update={"lane": "express"})
    assert names(case.when(IdentityVerified(user_id="u1", level="L1"))) == ["FactsNoted"]
    case.when(admitted(user_id=None))
    assert case.state.claim.user_id == "u1"
    assert case.state.claim.txid == TXID


def test_facts_that_grow_after_admission_start_the_questions_anew():
    case = running(txid=None)
    assert asked(case) == ["evidence:account:1", "evidence:payout:1"]
    assert started(case.when(admitted())).playbook == "deposit"
    assert asked(case) == [f"evidence:{s}:2" for s in sorted(ASKED)]


def test_facts_that_grow_after_a_conclusion_are_noted_alone():
    case = proposed()
    events = case.when(admitted(memo="7"))
    assert events == [FactsNoted(claim=case.state.claim)]


def test_facts_that_grow_after_the_end_are_noted_alone():
    case = running()
    case.when(closed())
    assert names(case.when(admitted(memo="7"))) == ["FactsNoted"]


@pytest.mark.parametrize("owner_first", [True, False])
def test_an_appeal_and_its_owner_start_the_next_level_in_either_order(owner_first):
    case = proposed()
    owner, appeal = assigned("agent-9", level=2), appealed()
    first, second = (owner, appeal) if owner_first else (appeal, owner)
    assert "InvestigationStarted" not in names(case.when(first))
    assert case.state.assignee == "agent-1"
    start = started(case.when(second))
    assert (start.level, start.assignee, start.playbook) == (2, "agent-9", None)
    assert start.sources == ASKED
    assert case.state.proposal is None
    assert case.state.cause is None


def test_an_appeal_reopens_a_closed_case():
    case = proposed()
    case.when(closed())
    assert case.when(appealed())[0] == AppealNoted(level=2, points=("amount",))
    assert "InvestigationStarted" in names(case.when(assigned("agent-9", level=2)))
    assert not case.state.over


def test_the_end_of_a_lower_level_does_not_end_a_higher_one():
    case = proposed()
    case.when(appealed())
    case.when(assigned("agent-9", level=2))
    assert case.when(closed(level=1)) == []
    assert not case.state.over


def test_an_appeal_heard_already_and_an_owner_of_a_past_level_change_nothing():
    case = proposed()
    case.when(appealed())
    case.when(assigned("agent-9", level=2))
    assert case.when(appealed()) == []
    assert case.when(assigned("agent-3", level=1)) == []


def test_a_late_answer_of_a_past_round_changes_nothing():
    case = running(user_id=None)
    old = case.due("evidence:chain:1")
    case.when(IdentityVerified(user_id="u1", level="L1"))
    late = EvidenceCollected(key=old.key, put_by=old.event, source="chain", problem="late")
    assert case.when(late) == []
