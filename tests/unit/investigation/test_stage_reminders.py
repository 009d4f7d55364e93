"""A task that waits is asked after once, then escalated; one that is done is left alone."""

from datetime import timedelta

from tests.unit.investigation.stage_cases import assigned, names, put
from tests.unit.investigation.test_stage_commands import cause, proposal, with_a_person

HOUR = timedelta(hours=1)


def test_whoever_has_an_open_task_is_reminded_once_and_others_hear_of_it_later():
    case = with_a_person()
    assert case.elapse(7 * HOUR) == []
    (reminded,) = case.elapse(2 * HOUR)
    assert (type(reminded).__name__, reminded.assignee) == ("WorkItemReminded", "agent-1")
    (escalated,) = case.elapse(timedelta(days=30))
    assert type(escalated).__name__ == "WorkItemEscalated"
    assert escalated.opened_for == case.state.task


def test_who_has_the_case_now_is_reminded():
    case = with_a_person()
    case.when(assigned("agent-2"))
    (reminded,) = case.elapse(9 * HOUR)
    assert reminded.assignee == "agent-2"


def test_a_task_that_is_done_is_not_asked_after():
    case = with_a_person()
    case.when(cause())
    put(case, proposal())
    assert names(case.elapse(timedelta(days=30))) == []
