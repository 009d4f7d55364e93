"""A case near its due instant is more urgent; age alone makes no emergency."""

from datetime import timedelta

import pytest

from services.triage.rules.ageing import aged
from shared.decider import Context
from shared.events.triage import ClockWarned
from shared.events.verification import InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import MISSING, STOLEN, WISH, decision, names, one, running


def warned(share, clock="resolution", level=1):
    due_at = START + timedelta(days=1)
    return ClockWarned(clock=clock, level=level, share=share, at=START, due_at=due_at)


def raised(case, *told):
    context = Context(START, case.policy, "c", "cause")
    events = aged(case.state, told, context)
    return one(events, "PriorityChanged").priority if events else None


@pytest.mark.parametrize(
    ("text", "now", "share", "priority"),
    [
        (WISH, "P4", 49, None),
        (WISH, "P4", 50, "P3"),
        (WISH, "P4", 90, "P3"),
        (WISH, "P3", 50, None),
        (WISH, "P3", 75, "P2"),
        (MISSING, "P2", 150, None),
        (STOLEN, "P1", 150, None),
    ],
)
def test_a_case_rises_by_one_step_at_its_priority_s_share(text, now, share, priority):
    case = running(text)
    case.state = case.state.model_copy(update={"priority": now})
    assert raised(case, warned(share)) == priority


@pytest.mark.parametrize(
    "told", [(), (warned(90, clock="first_action"),), (warned(90, level=2),), (warned(10),)]
)
def test_only_the_time_to_resolve_the_present_level_counts(told):
    assert raised(running(WISH), *told) is None


def test_a_decided_case_does_not_age():
    case = running(WISH)
    case.when(decision())
    assert raised(case, warned(90)) is None


def test_a_case_nobody_decides_rises_by_its_own_timers_and_is_never_given_more_time():
    case = running(WISH)
    before = case.state.clocks["resolution:1"].due_at

    events = case.elapse(timedelta(days=30))

    rises = [e for e in events if type(e).__name__ == "PriorityChanged"]
    assert [(e.before, e.priority, e.reason) for e in rises] == [
        ("P4", "P3", "ageing"),
        ("P3", "P2", "ageing"),
    ]
    breach = next(e for e in events if getattr(e, "clock", "") == "resolution" and is_breach(e))
    assert breach.due_at < before


def test_a_case_of_which_the_customer_is_asked_does_not_age():
    case = running(WISH)
    case.when(
        InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + timedelta(days=30))
    )
    assert "PriorityChanged" not in names(case.elapse(timedelta(days=20)))


def is_breach(event):
    return type(event).__name__ == "ClockBreached"
