"""Who works when, who takes a case of a known customer, and when a case without anybody waits."""

from datetime import UTC, datetime, timedelta

import pytest

from services.triage.rules.assign import PEOPLE, Shift
from services.triage.rules.placing import place
from tests.unit.triage.stage_cases import MISSING, WISH, appealed, classified, found, one, running

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # 09:00
HOUR = timedelta(hours=1)
BY_ID = {person.id: person for person in PEOPLE}
ALL = {person.id: 40 for person in PEOPLE}


def at(hour, minute=0, day=22):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shift", "instant", "works"),
    [
        (Shift(), at(0), True),
        (Shift(start=8, end=16), at(8), True),
        (Shift(start=8, end=16), at(7, 59), False),
        (Shift(start=8, end=16), at(16), False),
        (Shift(start=8, end=16, days={0}), at(9), False),
        (Shift(start=8, end=16, days={6}), at(9), True),
        (Shift(start=22, end=6, days={6}), at(23), True),
        (Shift(start=22, end=6, days={6}), at(5, day=23), True),
        (Shift(start=22, end=6, days={6}), at(6, day=23), False),
        (Shift(start=22, end=6, days={6}), at(5), False),
    ],
)
def test_a_shift_covers_its_hours_on_its_days(shift, instant, works):
    assert shift.covers(instant) is works


@pytest.mark.parametrize("team", sorted({team for person in PEOPLE for team in person.teams}))
def test_every_team_has_somebody_at_any_hour_of_a_week(team):
    people = [person for person in PEOPLE if team in person.teams]
    for hour in range(7 * 24):
        assert any(person.shift.covers(SUNDAY + hour * HOUR) for person in people)


@pytest.mark.parametrize("hour", range(24))
def test_the_case_goes_to_somebody_who_works_now(hour):
    taken = place(classified(WISH).state, {}, 40, at(hour)).assignee
    assert BY_ID[taken].shift.covers(at(hour))


def test_the_customer_s_open_case_decides_who_takes_the_next_one():
    state = classified().state
    assert place(state, {}, 40, SUNDAY).assignee == "agent-asia-1"
    taken = place(state, {"agent-zh-1": 30}, 40, SUNDAY, {"agent-zh-1"})
    assert (taken.assignee, taken.reason) == ("agent-zh-1", "same-customer")


@pytest.mark.parametrize(
    ("owner", "load"),
    [
        ("agent-en-1", {}),  # not at work
        ("security-1", {}),  # of another team
        ("agent-zh-1", {"agent-zh-1": 40}),  # has enough to do
        ("nobody", {}),
    ],
)
def test_an_owner_who_cannot_take_it_does_not_hold_the_case_up(owner, load):
    taken = place(classified().state, dict(load), 40, SUNDAY, {owner})
    assert taken.assignee not in {None, owner}
    assert taken.reason == "least-loaded"


def test_an_appeal_never_goes_to_the_owner_of_another_case_who_has_judged_it():
    case = running(assignee="senior-1")
    case.when(appealed())
    assert place(case.state, {}, 40, SUNDAY, {"senior-1"}).assignee == "senior-2"


def test_money_at_stake_wakes_somebody_and_a_question_waits_for_the_shift():
    case = running(WISH, assignee="agent-zh-1")
    case.when(appealed())
    nobody = place(case.state, {}, 40, at(20))
    assert (nobody.assignee, nobody.free_at) == (None, at(0, day=23))
    urgent = case.state.model_copy(update={"priority": "P2"})
    assert place(urgent, {}, 40, at(20)).assignee is not None


def test_a_case_that_waits_for_a_shift_is_offered_again_when_it_begins():
    case = classified(WISH)
    begins = case.now + 6 * HOUR
    found(case, None, free_at=begins)
    assert case.due("assign:1").at == begins


def test_when_all_who_work_are_full_it_is_tried_again_soon():
    full = place(classified(WISH).state, dict(ALL), 40, SUNDAY)
    assert (full.assignee, full.free_at) == (None, None)
    assert place(classified(MISSING).state, dict(ALL), 40, SUNDAY).assignee is not None


def test_the_reason_stands_in_the_event():
    case = classified()
    assert one(found(case, "agent-x", reason="same-customer"), "CaseAssigned").reason == (
        "same-customer"
    )
