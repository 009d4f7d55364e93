from datetime import timedelta

import pytest

from shared.events.triage import (
    CaseSettled,
    ClockBreached,
    ClockMet,
    ClockStopped,
    KeptClock,
)
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    STOLEN,
    appealed,
    calm,
    cause,
    classified,
    closed,
    decision,
    frozen,
    instants,
    names,
    one,
    recheck,
    running,
    set_priority,
    started,
    timers,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_the_clocks_of_a_case_run_from_its_receipt():
    assert instants(classified()) == {
        "first_action:1": RECEIVED + 30 * MINUTE,
        "resolution:1": RECEIVED + 3 * DAY,
        "progress:1": RECEIVED + 2 * DAY,
    }


@pytest.mark.parametrize("act", [cause, recheck])
def test_the_first_action_meets_its_clock_once(act):
    case = running()
    case.elapse(MINUTE)
    assert case.when(act())[0] == ClockMet(clock="first_action", level=1, elapsed_s=70)
    assert "clock:first_action:1" not in case.state.due
    assert case.when(act()) == []


def test_a_receipt_dated_by_a_clock_that_is_ahead_counts_as_no_time():
    case = running()
    case.now = RECEIVED - MINUTE
    assert case.when(cause()) == [ClockMet(clock="first_action", level=1, elapsed_s=0)]


def test_a_frozen_account_meets_the_freeze_clock_once():
    case = classified(STOLEN)
    assert case.when(frozen()) == [ClockMet(clock="freeze", level=1, elapsed_s=10)]
    assert case.when(frozen()) == []


@pytest.mark.parametrize("action", ["unfreeze", "credit"])
def test_other_effects_meet_no_clock(action):
    assert classified(STOLEN).when(frozen(action)) == []


def test_a_freeze_of_a_case_that_is_no_emergency_meets_no_clock():
    assert classified().when(frozen()) == []


def test_a_decision_meets_all_clocks_at_once_and_settles_the_case():
    case = running()
    kept = [KeptClock(clock=c, level=1, elapsed_s=10) for c in ("resolution", "progress")]
    assert case.when(decision()) == [
        ClockMet(clock="first_action", level=1, elapsed_s=10, beside=tuple(kept)),
        CaseSettled(level=1, reason="decided"),
    ]
    assert case.state.due == {}
    assert not case.state.open
    assert case.elapse(10 * DAY) == []


def test_closing_after_the_decision_says_nothing_new():
    case = running()
    case.when(decision())
    assert case.when(closed()) == []


def test_a_withdrawn_case_ends_its_clocks_unmet_and_unbroken():
    case = running()
    assert case.when(closed()) == [CaseSettled(level=1, reason="closed")]
    assert case.elapse(10 * DAY) == []
    assert case.state.ended == ()


def test_a_broken_promise_is_dated_by_its_clock_however_late_it_is_noticed():
    case = running()
    due_at = RECEIVED + 30 * MINUTE
    case.now = due_at + 6 * HOUR
    assert calm(case.elapse(timedelta(0))) == [
        ClockBreached(
            clock="first_action",
            level=1,
            due_at=due_at,
            detected_at=due_at + 6 * HOUR,
            detected_late=True,
        )
    ]
    assert calm(case.elapse(HOUR)) == []


def test_a_broken_promise_stays_broken():
    case = running()
    case.elapse(HOUR)
    late = int((case.now - RECEIVED - 30 * MINUTE).total_seconds())
    assert case.when(cause()) == [ClockStopped(clock="first_action", level=1, late_s=late)]
    assert case.when(cause()) == []
    assert names(case.when(decision())) == ["ClockMet", "CaseSettled"]
    assert case.state.ended == ("first_action:1", "resolution:1", "progress:1")


def test_a_higher_priority_counts_from_now():
    case = running()
    case.now = START + 10 * MINUTE
    events = case.when(set_priority("P1"))
    assert started(events) == {
        "first_action": case.now + 5 * MINUTE,
        "resolution": case.now + DAY,
    }
    assert timers(case)["clock:first_action:1"] == case.now + 5 * MINUTE
    assert case.state.clocks["first_action:1"].started_at == RECEIVED


def test_a_higher_priority_never_gives_more_time():
    case = running()
    case.now = START + 29 * MINUTE
    case.when(set_priority("P1"))
    assert timers(case)["clock:first_action:1"] == RECEIVED + 30 * MINUTE


def test_a_lower_priority_counts_from_the_start():
    case = running()
    case.now = START + 10 * MINUTE
    case.when(set_priority("P3", roles=("supervisor",)))
    assert instants(case) == {
        "first_action:1": RECEIVED + 4 * HOUR,
        "resolution:1": RECEIVED + 7 * DAY,
        "progress:1": RECEIVED + 7 * DAY,
    }


def test_a_new_priority_leaves_ended_clocks_alone():
    case = running()
    case.when(cause())
    events = case.when(set_priority("P1"))
    assert list(started(events)) == ["resolution"]


def test_the_timer_of_a_clock_before_it_moved_changes_nothing():
    case = running()
    old = case.due("clock:first_action:1")
    case.when(set_priority("P3", roles=("supervisor",)))
    assert case.due("clock:first_action:1").event != old.event
    assert calm(case.elapse(HOUR)) == []


def test_an_appeal_has_clocks_of_its_own():
    case = running()
    case.elapse(HOUR)
    case.when(decision())
    events = case.when(appealed())
    assert names(events) == ["CaseReopened", "ClockStarted"]
    assert instants(case) == {
        "first_action:2": START + HOUR + 30 * MINUTE,
        "resolution:2": START + HOUR + 3 * DAY,
        "progress:2": START + HOUR + 2 * DAY,
    }
    assert one(case.when(decision(level=2)), "CaseSettled").level == 2


def test_an_appeal_against_a_settled_level_starts_nothing():
    case = running()
    case.when(closed(level=2))
    assert names(case.when(appealed())) == ["CaseReopened"]
    assert case.state.due == {}


def test_news_of_a_lower_level_changes_nothing():
    case = running()
    case.when(appealed())
    assert case.when(appealed()) == []
    assert case.when(decision(level=1)) == []
    assert case.when(closed(level=1)) == []
