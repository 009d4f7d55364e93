from datetime import timedelta

import pytest

from services.triage.decide import DECIDER
from shared.decider import Context
from shared.events.triage import ClockBreached, ClockMet, ClockStopped
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    cause,
    closed,
    decision,
    recheck,
    running,
    set_priority,
    timers,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(events, clock="first_action"):
    """(share or breach, instant) of one clock, in order."""
    found = [event for event in events if event.clock == clock]
    return [(getattr(e, "share", 100), getattr(e, "at", e.due_at) - RECEIVED) for e in found]


def test_each_threshold_of_the_budget_is_an_event_at_its_instant():
    assert told(running().elapse(HOUR)) == [
        (50, 15 * MINUTE),
        (75, 22.5 * MINUTE),
        (90, 27 * MINUTE),
        (100, 30 * MINUTE),
        (150, 45 * MINUTE),
    ]


def test_all_thresholds_of_a_case_wait_in_one_timer():
    case = running()
    assert timers(case)["warning"] == RECEIVED + 15 * MINUTE
    assert [key for key in case.state.due if not key.startswith("clock:")] == ["warning"]
    case.when(cause())
    assert timers(case)["warning"] == RECEIVED + DAY


def test_a_case_that_ends_sooner_is_never_warned_of():
    case = running()
    case.now += 14 * MINUTE
    case.when(decision())
    assert case.elapse(100 * DAY) == []


def test_a_clock_that_stands_still_is_not_warned_of_at_the_instant_of_another():
    case = running()
    case.when(recheck())
    assert case.state.clocks["resolution:1"].paused
    case.elapse(HOUR)
    case.now = RECEIVED + 36 * HOUR
    events = case.elapse(timedelta(0))
    assert (75, 36 * HOUR) in told(events, "progress")
    assert told(events, "resolution") == []
    assert case.state.clocks["resolution:1"].warned == 0


def test_what_was_done_late_grows_no_later():
    case = running()
    case.elapse(35 * MINUTE)
    assert case.when(cause()) == [ClockStopped(clock="first_action", level=1, late_s=5 * 60 + 10)]
    assert told(case.elapse(HOUR)) == []


def test_a_closed_case_is_not_warned_of_its_broken_promises():
    case = running()
    case.elapse(35 * MINUTE)
    case.when(closed())
    assert case.elapse(DAY) == []


def test_a_new_priority_warns_of_its_own_thresholds():
    case = running()
    case.now = START
    case.when(set_priority("P1"))
    assert told(case.elapse(4 * MINUTE)) == [
        (50, 2.5 * MINUTE + (START - RECEIVED)),
        (75, 3.75 * MINUTE + (START - RECEIVED)),
    ]


@pytest.mark.parametrize(
    ("noticed", "late"), [(timedelta(0), False), (MINUTE, False), (61 * timedelta(seconds=1), True)]
)
def test_a_breach_that_is_noticed_late_says_so(noticed, late):
    case = running()
    case.now = RECEIVED + 30 * MINUTE + noticed
    (breach,) = [e for e in case.elapse(timedelta(0)) if isinstance(e, ClockBreached)]
    assert (breach.due_at, breach.detected_late) == (RECEIVED + 30 * MINUTE, late)


def test_services_that_were_away_for_six_hours_find_the_same_instants():
    awake, away = running(), running()
    away.now += 6 * HOUR
    seen = [told(case.elapse(6 * HOUR - (case.now - START))) for case in (awake, away)]
    assert seen[0] == sorted(seen[1], key=lambda row: row[1])
    assert [share for share, _ in seen[0]] == [50, 75, 90, 100, 150]


def test_a_timer_of_an_instant_that_has_moved_warns_of_nothing():
    case = running()
    old = case.due("warning")
    case.when(set_priority("P3", roles=("supervisor",)))
    assert case.due("warning").event != old.event


def heard(case, happened, now):
    """What triage says at `now` of an action that happened before."""
    at = Context(RECEIVED + now, case.policy, "c", "cause", happened_at=RECEIVED + happened)
    return DECIDER.decide(case.state, cause(), at)


def test_what_was_done_in_time_is_met_whenever_we_hear_of_it():
    (event,) = heard(running(), 29 * MINUTE, 6 * HOUR)
    assert event == ClockMet(clock="first_action", level=1, elapsed_s=29 * 60)


def test_what_was_done_late_is_a_breach_even_where_no_timer_came_first():
    breach, stopped = heard(running(), 31 * MINUTE, 31 * MINUTE)
    assert (breach.due_at, breach.detected_late) == (RECEIVED + 30 * MINUTE, False)
    assert stopped == ClockStopped(clock="first_action", level=1, late_s=60)


def test_a_clock_that_is_ahead_elsewhere_makes_nothing_late():
    (event,) = heard(running(), 31 * MINUTE, 29 * MINUTE)
    assert event.elapsed_s == 29 * 60
