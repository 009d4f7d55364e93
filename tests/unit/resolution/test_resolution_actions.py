"""A review leads to actions, and an action is closed when its effect is counted."""

from datetime import timedelta

import pytest

from services.resolution.rules.measuring import rarer
from shared.events.personal import Personal
from shared.events.resolution import ActionDoneSubmitted, ActionSubmitted, CasesCounted, Share
from shared.testing.scenario import START
from tests.unit.resolution.builders import a_case, classified, confirmed, decided, kinds

DAY = timedelta(days=1)
TODAY = START.date()


def plan(**more):
    said = {
        "staff": "sup-1",
        "roles": ("supervisor",),
        "what": Personal("Watch the wallet's queue."),
        "owner": "wallet-team",
        "due_on": TODAY + 7 * DAY,
        "against": "credited_internal_delay",
    }
    return ActionSubmitted(**said | more)


def done(case, **more):
    (action,) = case.state.actions
    said = {"staff": "agent-1", "roles": ("agent",), "action_id": action.action_id}
    return case.when(ActionDoneSubmitted(**said | more))


@pytest.fixture
def case():
    """A closed P1 case, on record for review."""
    found = a_case()
    found.when(classified(priority="P1"))
    found.when(confirmed(decided(found)))
    assert found.state.reviewed
    return found


def test_a_review_takes_an_action_with_an_owner_a_day_and_a_cause(case):
    (planned,) = case.when(plan())
    assert (planned.owner, planned.due_on, planned.against, planned.staff) == (
        "wallet-team",
        TODAY + 7 * DAY,
        "credited_internal_delay",
        "sup-1",
    )


def test_it_may_be_against_the_root_cause_as_well(case):
    assert kinds(case.when(plan(against="platform"))) == ["ActionPlanned"]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"roles": ("agent",)}, "role-too-low"),
        ({"against": "wrong_address"}, "not-its-cause"),
        ({"due_on": TODAY - DAY}, "in-the-past"),
        ({"expected_sequence": 1}, "case-moved-on"),
    ],
)
def test_what_does_not_fit_is_refused(case, more, rule):
    (no,) = case.when(plan(**more))
    assert (type(no).__name__, no.rule) == ("ActionRefused", rule)


def test_a_case_that_nobody_reviews_takes_no_action():
    case = a_case()
    case.when(confirmed(decided(case)))
    assert case.when(plan())[0].rule == "no-review"


def test_a_case_takes_so_many_actions_and_no_more(case):
    found = [case.when(plan())[0] for _ in range(21)]
    assert [one.rule for one in found if hasattr(one, "rule")] == ["too-many-actions"]


def test_one_whose_day_is_over_is_said_once(case):
    case.when(plan())
    assert case.elapse(7 * DAY + timedelta(hours=14)) == []
    (late,) = case.elapse(timedelta(hours=2))
    assert (type(late).__name__, late.owner) == ("ActionOverdue", "wallet-team")
    assert case.elapse(90 * DAY) == []


def test_one_that_is_done_is_not_late(case):
    case.when(plan())
    done(case)
    assert case.elapse(90 * DAY) == []


def test_its_effect_is_counted_as_long_after_as_before(case):
    case.when(plan())
    (end,) = done(case)
    assert (end.done_at - end.since, end.measure_at - end.done_at) == (30 * DAY, 30 * DAY)
    key = f"measure:{end.action_id}"
    assert (case.due(key).kind, case.due(key).at) == ("measure", end.measure_at)
    before, after = Share(cases=20, of=100), Share(cases=5, of=100)
    (measured,) = case.result(key, CasesCounted, before=before, after=after)
    assert (measured.before, measured.after, measured.rarer) == (before, after, True)
    assert case.state.actions[0].measured
    assert key not in case.state.due


def test_an_action_is_done_once(case):
    case.when(plan())
    done(case)
    assert done(case)[0].rule == "done-already"
    assert done(case, action_id="other")[0].rule == "no-such-action"


@pytest.mark.parametrize(
    ("before", "after", "is_rarer"),
    [
        ((20, 100), (5, 100), True),
        ((20, 100), (20, 100), False),
        ((20, 100), (30, 200), True),
        ((0, 100), (1, 100), False),
        ((9, 9), (0, 100), None),
        ((20, 100), (0, 9), None),
    ],
)
def test_a_share_counts_and_of_a_few_cases_nothing_is_said(before, after, is_rarer):
    shares = [Share(cases=cases, of=of) for cases, of in (before, after)]
    assert rarer(*shares) is is_rarer
