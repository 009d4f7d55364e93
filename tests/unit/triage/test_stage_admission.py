from datetime import timedelta

import pytest

from services.triage.decide import DECIDE
from services.triage.state import EVOLVE
from shared.events.base import TimerElapsed
from shared.events.personal import Personal
from shared.events.triage import CaseEscalated, CaseSettled, CustomerAwaited, IdentityNoted
from shared.events.verification import IdentityVerified, InfoRequested
from shared.pipeline import STAGES
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    MISSING,
    RECEIVED,
    STOLEN,
    WISH,
    admitted,
    appealed,
    classified,
    closed,
    express,
    names,
    one,
    set_priority,
    timers,
    triage,
)

ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START)
KNOWN = IdentityVerified(user_id="u1", level="L1")


def test_the_tables_hold_only_what_the_stage_reads_and_emits():
    row = STAGES["triage"]
    read = {event for name in row.reads for event in STAGES[name].emits}
    assert set(DECIDE) <= read | set(row.takes) | {TimerElapsed}
    assert set(row.takes) <= set(DECIDE)
    assert set(EVOLVE) <= set(row.emits)


def test_an_admissible_complaint_is_classified_and_an_assignee_is_looked_for():
    case = triage()
    events = case.when(admitted())
    assert names(events) == ["CaseClassified", "ClockStarted"]
    assert (events[0].category, events[0].priority) == ("deposit_withdrawal", "P2")
    assert (events[0].language, events[0].user_id, events[0].asset) == ("en", "u1", "BTC")
    assert case.due("assign:1").kind == "find_assignee"
    assert case.due("assign:1").arguments == {"level": "1"}
    assert case.state.team == events[0].team != ""


def test_the_reasons_never_show_the_customers_words():
    (event, *_) = triage().when(admitted("Jane Doe's deposit never arrived"))
    shown = " ".join(f"{r.rule} {r.version} {r.evidence}" for r in event.reasons)
    assert event.reasons
    assert "Jane" not in shown
    assert "arrived" not in shown


def test_a_complaint_is_classified_once():
    assert classified().when(admitted(WISH)) == []


def test_the_customers_language_stands_in_where_the_text_shows_none():
    (event, *_) = triage().when(admitted("12345", subject=Personal("?"), language_hint="ko"))
    assert event.language == "ko"


def test_the_customers_own_category_is_heard():
    (event, *_) = triage().when(admitted("Please look into it.", category_hint="kyc"))
    assert event.category == "kyc"


def test_an_emergency_is_raised_escalated_and_timed_from_its_receipt():
    case = triage()
    events = case.when(admitted(STOLEN, identity="L0"))
    assert names(events) == [
        "TriageLaneRaised",
        "CaseClassified",
        "CaseEscalated",
        "ClockStarted",
    ]
    assert (events[1].category, events[1].priority) == ("account_security", "P1")
    assert events[2] == CaseEscalated(user_id="u1", identity="L0", reason="classification")
    assert case.state.lane == "express"
    assert case.due("assign:1").lane == "express"
    assert timers(case)["clock:freeze:1"] == RECEIVED + timedelta(minutes=1)


def test_verifications_word_makes_an_emergency_of_any_words():
    events = triage().when(admitted(MISSING, emergency=True))
    assert one(events, "CaseClassified").priority == "P1"
    assert one(events, "CaseEscalated").reason == "first-screen"


def test_a_complaint_on_the_express_lane_is_not_raised_again():
    assert "TriageLaneRaised" not in names(express(triage()).when(admitted(STOLEN)))


def test_an_emergency_that_shows_later_is_escalated_and_raised():
    case = classified()
    events = case.when(admitted(emergency=True))
    assert names(events) == [
        "TriageLaneRaised",
        "CaseEscalated",
        "PriorityChanged",
        "ClockStarted",
        "ClockStarted",
    ]
    assert case.state.priority == "P1"
    assert timers(case)["clock:freeze:1"] == START + timedelta(minutes=1)
    assert case.when(admitted(emergency=True)) == []


def test_an_emergency_of_the_highest_priority_changes_no_priority():
    case = classified()
    case.when(set_priority("P1"))
    assert names(case.when(admitted(emergency=True))) == ["CaseEscalated", "ClockStarted"]


def test_a_settled_case_that_shows_as_an_emergency_is_escalated_without_clocks():
    case = classified()
    case.when(closed())
    events = case.when(admitted(emergency=True))
    assert names(events) == ["TriageLaneRaised", "CaseEscalated", "PriorityChanged"]
    assert case.state.due == {}


def test_an_escalation_is_repeated_once_the_account_is_known():
    case = classified(STOLEN, user_id=None, identity="L0")
    assert case.when(KNOWN) == [
        CaseEscalated(user_id="u1", identity="L1", reason="identity-verified")
    ]
    assert case.when(KNOWN) == []


def test_an_account_that_is_found_but_not_proven_is_escalated_too():
    case = classified(STOLEN, user_id=None, identity="L0")
    (event,) = case.when(IdentityVerified(user_id="u1", level="L0"))
    assert (event.user_id, event.identity) == ("u1", "L0")


def test_an_escalation_is_repeated_once_the_account_is_proven_to_be_theirs():
    case = classified(STOLEN, identity="L0")
    assert names(case.when(KNOWN)) == ["CaseEscalated"]
    assert case.when(KNOWN) == []


def test_a_case_says_how_surely_its_account_is_proved():
    case = triage()
    assert one(case.when(admitted(identity="L2")), "CaseClassified").identity == "L2"
    assert case.when(IdentityVerified(user_id="u1", level="L2")) == []


def test_a_proof_after_the_classification_is_passed_on_once():
    case = classified(user_id=None, identity="L0")
    assert case.when(KNOWN) == [IdentityNoted(user_id="u1", level="L1")]
    assert case.when(KNOWN) == []
    assert case.when(IdentityVerified(user_id="u1", level="L3")) == [
        IdentityNoted(user_id="u1", level="L3")
    ]
    assert case.when(KNOWN) == []


def test_a_proof_of_another_account_is_passed_on_too():
    case = classified(identity="L2")
    told = IdentityVerified(user_id="u2", level="L1")
    assert case.when(told) == [IdentityNoted(user_id="u2", level="L1")]


def test_an_account_that_is_found_and_not_proven_says_nothing_new_where_nothing_burns():
    assert classified(user_id=None).when(IdentityVerified(user_id="u1", level="L0")) == []


def test_a_proof_that_overtook_the_facts_counts_for_its_own_account_alone():
    case = express(triage())
    case.when(IdentityVerified(user_id="u9", level="L1"))
    events = case.when(admitted(STOLEN, identity="L0"))
    assert one(events, "CaseClassified").identity == "L0"
    told = [e for e in events if isinstance(e, CaseEscalated)]
    named = case.state.user_id
    assert [(e.user_id, e.identity) for e in told] == [("u9", "L1"), (named, "L0")]
    assert named not in (None, "u9")


def test_an_account_is_not_noted_before_the_facts_on_the_normal_lane():
    assert triage().when(KNOWN) == []


def test_an_account_that_overtakes_the_facts_on_the_express_lane_is_kept():
    case = express(triage())
    assert case.when(KNOWN) == [IdentityNoted(user_id="u1", level="L1")]
    assert case.when(KNOWN) == []
    events = case.when(admitted(STOLEN, user_id=None, identity="L0"))
    assert one(events, "CaseEscalated").user_id == "u1"
    assert one(events, "CaseEscalated").identity == "L1"


def test_the_time_the_customer_took_is_not_on_our_clocks():
    case = triage()
    assert case.when(ASKED) == [CustomerAwaited()]
    assert case.when(ASKED) == []
    case.when(admitted())
    assert timers(case)["clock:first_action:1"] == START + timedelta(minutes=30)
    assert names(case.when(ASKED)) == ["ClockPaused"]


def test_an_emergency_is_timed_from_its_receipt_whoever_was_waited_for():
    case = triage()
    case.when(ASKED)
    case.when(admitted(STOLEN))
    assert timers(case)["clock:first_action:1"] == RECEIVED + timedelta(minutes=5)


def test_an_inadmissible_complaint_is_settled_in_either_order():
    refused = admitted(admissible=False)
    case = triage()
    assert case.when(refused) == [CaseSettled(level=1, reason="inadmissible")]
    assert case.when(refused) == []
    other = classified()
    assert other.when(refused) == [CaseSettled(level=1, reason="inadmissible")]
    assert other.state.due == {}


@pytest.mark.parametrize("text", [MISSING, STOLEN])
def test_a_complaint_withdrawn_before_it_is_classified_needs_nobody(text):
    case = triage()
    assert case.when(closed()) == [CaseSettled(level=1, reason="closed")]
    events = case.when(admitted(text))
    assert "CaseClassified" in names(events)
    assert ("CaseEscalated" in names(events)) == (text == STOLEN)
    assert case.state.due == {}


def test_an_appeal_that_comes_before_the_facts_waits_for_them():
    case = triage()
    assert names(case.when(appealed())) == ["CaseReopened"]
    assert case.state.due == {}
    case.when(admitted())
    assert case.due("assign:2").arguments == {"level": "2"}
    assert timers(case)["clock:first_action:2"] == START + timedelta(minutes=30)


@pytest.mark.parametrize("hint", [None, "en"])
def test_a_language_the_text_shows_wins_over_the_customers_choice(hint):
    (event, *_) = triage().when(admitted("我的充值一直没有到账 请帮我查一下", language_hint=hint))
    assert event.language == "zh"
