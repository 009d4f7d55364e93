from datetime import timedelta

import pytest

from services.triage.decide import DECIDER
from services.triage.state import TriageState
from shared.decider import Context
from shared.events.investigation import WorkItemOpened
from shared.events.verification import InfoDeadlinePassed, InfoProvided, InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    STOLEN,
    calm,
    cause,
    classified,
    closed,
    decision,
    instants,
    names,
    one,
    recheck,
    running,
    set_priority,
    timers,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + 7 * DAY, staff="boss")
ANSWERED = InfoProvided(items=("txid",))
PASSED = InfoDeadlinePassed(missing=("txid",))
OPENED = WorkItemOpened(level=1, category="other", assignee="agent-x", reason="manual-review")


def asked(text="My deposit of 0.5 BTC has not arrived for two days.", after=10 * MINUTE):
    case = running(text)
    case.now = START + after
    case.when(ASKED)
    return case


def test_our_clocks_stand_still_while_the_customer_is_asked():
    case = running()
    (event,) = case.when(ASKED)
    assert event.clocks == ("first_action", "resolution", "progress")
    assert (event.reason, event.at) == ("customer", START)
    assert timers(case) == {}
    assert calm(case.elapse(6 * DAY)) == []


@pytest.mark.parametrize("answer", [ANSWERED, PASSED])
def test_our_clocks_run_on_at_the_answer_or_at_its_deadline(answer):
    case = asked()
    case.now += 5 * HOUR
    resumed = one(case.when(answer), "ClockResumed")
    assert resumed.paused_s == 5 * 3600
    assert instants(case) == {
        "first_action:1": RECEIVED + 30 * MINUTE + 5 * HOUR,
        "resolution:1": RECEIVED + 3 * DAY + 5 * HOUR,
        "progress:1": RECEIVED + 2 * DAY + 5 * HOUR,
    }
    assert timers(case)["clock:first_action:1"] == RECEIVED + 30 * MINUTE + 5 * HOUR
    assert case.when(answer) == []


def test_a_promise_broken_before_the_question_is_broken_whichever_is_seen_first():
    timer_first, question_first = running(), running()
    timer_first.elapse(HOUR)
    timer_first.when(ASKED)
    question_first.now = START + HOUR
    question_first.when(ASKED)
    question_first.elapse(timedelta(0))

    for case in (timer_first, question_first):
        assert case.state.broken["first_action:1"].due_at == RECEIVED + 30 * MINUTE
        assert [c for c, clock in case.state.clocks.items() if clock.paused] == [
            "resolution:1",
            "progress:1",
        ]


def test_two_pauses_add_up():
    case = asked()
    case.now += 5 * HOUR
    case.when(ANSWERED)
    case.now += MINUTE
    case.when(ASKED)
    case.now += HOUR
    case.when(ANSWERED)
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + 6 * HOUR


def test_a_customer_who_is_asked_twice_pauses_once():
    assert asked().when(ASKED) == []


def test_a_freeze_waits_for_nobody():
    case = running(STOLEN)
    case.when(ASKED)
    assert "clock:freeze:1" in timers(case)
    assert "clock:first_action:1" not in timers(case)


def test_a_pause_survives_a_new_priority():
    case = asked()
    case.now += 5 * HOUR
    case.when(ANSWERED)
    case.when(set_priority("P3", roles=("supervisor",)))
    assert instants(case)["first_action:1"] == RECEIVED + 4 * HOUR + 5 * HOUR


def test_a_priority_lowered_in_a_pause_holds_after_it():
    case = asked()
    case.now += 5 * HOUR
    case.when(set_priority("P3", roles=("supervisor",)))
    assert "clock:first_action:1" not in timers(case)
    case.now += HOUR
    case.when(ANSWERED)
    assert instants(case)["first_action:1"] == RECEIVED + 4 * HOUR + 6 * HOUR


def test_a_priority_raised_in_a_pause_counts_from_its_end():
    case = asked()
    case.now += 5 * HOUR
    case.when(set_priority("P1"))
    case.now += HOUR
    case.when(ANSWERED)
    assert instants(case)["first_action:1"] == case.now + 5 * MINUTE


def test_what_is_done_in_a_pause_is_met():
    case = asked()
    assert names(case.when(cause())) == ["ClockMet"]
    case.when(ANSWERED)
    assert set(instants(case)) == {"resolution:1", "progress:1"}


def test_a_case_that_is_closed_in_a_pause_runs_no_clock_again():
    case = asked()
    case.when(closed())
    assert case.when(ANSWERED) == []
    assert case.state.due == {}


def test_a_chain_that_is_waited_for_stops_the_answer_alone_until_the_cause_is_known():
    case = running()
    assert one(case.when(recheck()), "ClockPaused").clocks == ("resolution",)
    case.now += 2 * HOUR
    assert case.when(recheck()) == []
    assert names(case.when(cause())) == ["ClockResumed"]
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + 2 * HOUR
    assert instants(case)["progress:1"] == RECEIVED + 2 * DAY


DOUBTS = recheck("manual_review", indeterminate=True), recheck("not_found")


@pytest.mark.parametrize("doubt", DOUBTS)
def test_sources_that_leave_it_open_stop_no_clock_and_end_the_wait_for_the_chain(doubt):
    case = running()
    assert "ClockPaused" not in names(case.when(doubt))
    case.when(recheck())
    case.now += HOUR
    assert names(case.when(doubt)) == ["ClockResumed"]


def test_a_person_who_is_needed_ends_the_wait_for_the_chain():
    case = running()
    case.when(recheck())
    case.now += HOUR
    assert names(case.when(OPENED)) == ["ClockResumed"]
    assert case.when(OPENED) == []


def test_the_customers_answer_does_not_end_the_wait_for_the_chain():
    case = running()
    case.when(recheck())
    assert case.when(ANSWERED) == []


def test_of_two_waits_the_last_to_end_lets_the_answer_run_on():
    case = running()
    case.when(recheck())
    case.now += HOUR
    assert one(case.when(ASKED), "ClockPaused").clocks == ("progress",)
    case.now += HOUR
    resumed = one(case.when(ANSWERED), "ClockResumed")
    assert [clock.clock for clock in resumed.clocks] == ["progress"]
    case.now += HOUR
    assert one(case.when(OPENED), "ClockResumed").paused_s == 3 * 3600
    assert instants(case) == {
        "resolution:1": RECEIVED + 3 * DAY + 3 * HOUR,
        "progress:1": RECEIVED + 2 * DAY + HOUR,
    }


def test_a_chain_that_is_asked_while_the_customer_is_asked_is_waited_for_after_their_answer():
    case = asked()
    assert one(case.when(recheck()), "ClockPaused").clocks == ()
    assert case.when(recheck()) == []
    case.when(ANSWERED)
    assert set(timers(case)) == {"clock:progress:1", "warning"}
    case.now += HOUR
    case.when(cause())
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + HOUR


def test_a_chain_that_answers_first_leaves_the_wait_for_the_customer():
    case = asked()
    case.when(recheck())
    case.now += HOUR
    resumed = one(case.when(cause()), "ClockResumed")
    assert (resumed.clocks, resumed.paused_s) == ((), 0)
    assert timers(case) == {}
    case.when(ANSWERED)
    assert instants(case)["resolution:1"] == RECEIVED + 3 * DAY + HOUR


@pytest.mark.parametrize(("stored", "reads"), [("chain", ("chain",)), (None, ())])
def test_a_state_of_before_that_knew_one_wait_is_read(stored, reads):
    assert TriageState.model_validate({"waits_for": stored}).waits_for == reads


def test_a_decision_ends_the_wait_for_the_chain():
    case = running()
    case.when(recheck())
    assert names(case.when(decision())) == ["ClockMet", "CaseSettled"]
    assert case.state.waits_for == ()


def test_nothing_is_paused_before_the_case_is_known_or_after_its_end():
    case = classified()
    case.when(closed())
    assert case.when(ASKED) == []


def test_a_question_that_we_hear_of_late_stops_the_clocks_when_it_was_asked():
    case = running()
    asked_at = START + MINUTE
    at = Context(START + 6 * HOUR, case.policy, "c", "cause", happened_at=asked_at)
    (event,) = DECIDER.decide(case.state, ASKED, at)
    assert event.at == asked_at


def test_a_pause_after_the_due_instant_hides_no_breach():
    case = asked(after=6 * HOUR)
    case.when(ANSWERED)
    assert timers(case)["clock:first_action:1"] == RECEIVED + 30 * MINUTE
