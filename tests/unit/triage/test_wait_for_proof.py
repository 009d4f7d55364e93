"""While the customer is to prove who they are our clocks stand still; the law's never do."""

from datetime import timedelta

import pytest

from shared.events.notify import LetterSent
from shared.events.resolution import ApprovalDenied, ApprovalRequested, IdentityAwaited
from shared.events.verification import CustomerWrote, IdentityVerified, InfoProvided, InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    MISSING,
    RECEIVED,
    WISH,
    admitted,
    appealed,
    calm,
    cause,
    decision,
    found,
    instants,
    names,
    one,
    recheck,
    triage,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEEDED = IdentityAwaited(
    proposal_id="p", action="credit", user_id="u1", needed="L2", proved="L1", reason="too-low"
)
PROVED = IdentityVerified(user_id="u1", level="L2")
LITTLE = IdentityVerified(user_id="u1", level="L1")
ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + 7 * DAY, staff="boss")
ANSWER = InfoProvided(items=("txid",))
DENIED = ApprovalDenied(proposal_id="p", staff="boss", reason="no", level=1)
ASKS_STAFF = ApprovalRequested(proposal_id="q", needed=2, reason="amount", proposed_by="boss")


def at(case, after, fact):
    case.now = START + after
    return case.when(fact)


def worked(text=MISSING, identity="L0"):
    case = triage()
    ours = case.policy.triage.model_copy(update={"pack": "uk_disp"})
    case.policy = case.policy.model_copy(update={"triage": ours})
    case.when(admitted(text, identity=identity))
    found(case, "agent-x")
    case.when(cause())
    return case


def waiting():
    case = worked()
    at(case, HOUR, NEEDED)
    return case


def test_our_clocks_stand_still_while_a_proof_is_awaited_and_the_laws_run_on():
    case = worked()
    laws = {name: due for name, due in instants(case).items() if name.startswith("decide")}
    paused = one(at(case, HOUR, NEEDED), "ClockPaused")
    assert (paused.clocks, paused.reason) == (("resolution", "progress"), "identity")
    assert paused.needed == "L2"
    assert laws
    assert "ClockBreached" not in names(calm(case.elapse(20 * DAY)))
    case.when(PROVED)
    assert laws.items() <= instants(case).items()


def test_our_clocks_run_on_at_the_proof():
    case = waiting()
    noted, resumed = at(case, 6 * HOUR, PROVED)
    assert (type(noted).__name__, resumed.reason) == ("IdentityNoted", "identity")
    assert resumed.paused_s == 5 * 3600
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + 5 * HOUR
    assert at(case, 7 * HOUR, PROVED) == []


def test_a_proof_that_is_not_enough_is_passed_on_and_ends_no_wait():
    case = waiting()
    assert names(at(case, 2 * HOUR, LITTLE)) == ["IdentityNoted"]
    assert case.state.waits_for == ("identity",)


def test_a_proof_that_overtook_the_question_is_not_waited_for():
    case = worked()
    case.when(PROVED)
    assert at(case, HOUR, NEEDED) == []


def test_a_proof_that_the_facts_held_is_not_waited_for():
    assert at(worked(identity="L2"), HOUR, NEEDED) == []


def test_a_proof_is_asked_once():
    assert at(waiting(), 2 * HOUR, NEEDED) == []


@pytest.mark.parametrize("turn", [DENIED, ASKS_STAFF])
def test_a_proposal_that_is_denied_or_waits_for_staff_is_our_turn(turn):
    case = waiting()
    assert names(at(case, 2 * HOUR, turn)) == ["ClockResumed"]
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + HOUR
    assert at(worked(), HOUR, turn) == []


@pytest.mark.parametrize("facts", [(decision(),), (appealed(),)])
def test_a_decision_or_the_next_level_waits_for_no_proof(facts):
    case = waiting()
    for fact in facts:
        case.when(fact)
    assert (case.state.waits_for, case.state.needed) == ((), None)


def test_of_a_question_and_a_proof_the_last_to_come_lets_the_clocks_run_on():
    for first, second in ((PROVED, ANSWER), (ANSWER, PROVED)):
        case = waiting()
        at(case, 2 * HOUR, ASKED)
        assert not one(at(case, 3 * HOUR, first), "ClockResumed").clocks
        at(case, 5 * HOUR, second)
        assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + 4 * HOUR


def test_the_wait_for_the_chain_ends_apart():
    case = waiting()
    at(case, 2 * HOUR, recheck())
    at(case, 3 * HOUR, PROVED)
    assert set(case.state.waits_for) == {"chain"}


def test_the_letter_that_asks_for_the_proof_mends_a_silence_and_the_next_word_is_owed_from_it():
    case = worked()
    case.elapse(3 * DAY)
    assert "progress:1" in case.state.broken
    case.when(NEEDED)
    sent = LetterSent(letter_id="l", kind="identity_request", channel="email", sent_at=case.now)
    assert names(case.when(sent)) == ["ClockStopped"]
    case.now += DAY
    assert "ClockStarted" in names(case.when(PROVED))
    assert "progress:1" in case.state.clocks


def test_what_the_customer_says_to_the_question_is_its_answer():
    case = worked(WISH)
    at(case, HOUR, NEEDED)
    case.now = START + 5 * HOUR
    (word,) = case.when(CustomerWrote(received_at=case.now))
    assert word.kind == "answer"
