"""Many complaints about one thing: a problem is found, joined, mended, and decides nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from services.triage.problems.decide import joined
from services.triage.problems.rules import Seen, problem_id, surge_of, watched
from services.triage.problems.state import Membership
from shared.events.triage import (
    MembersInformed,
    MembersTold,
    ProblemFixed,
    ProblemFixNoticed,
    ProblemFixSubmitted,
    ProblemJoined,
    ProblemNoticed,
    ProblemOpened,
    Surge,
)
from shared.policy import MOST_ALIKE, SurgePolicy, load
from tests.unit.triage.stage_cases import (
    MISSING,
    STOLEN,
    WISH,
    admitted,
    classified,
    closed,
    decision,
    found,
    names,
    one,
    running,
    triage,
)

POLICY = load("default").triage.surge
NOW = datetime(2026, 11, 22, 9, 7, tzinfo=UTC)
SINCE = NOW - POLICY.within
KEY = "deposit_withdrawal|BTC|bitcoin"
ID = "8f14e45f-ceea-567f-a1de-1c1b8b5b8b5b"
LATE = "My deposit of 0.5 BTC is late. When do I get it, is that the rule?"
OPEN = Membership(id=ID, since=SINCE)


def others(count, *, user="u{}", problem=None):
    return [Seen(f"c{n}", user.format(n), problem) for n in range(count)]


def surge(*, known=False):
    return Surge(problem_id=ID, since=SINCE, known=known)


def seen(others_):
    return surge_of(KEY, Seen("me", "me", None), others_, POLICY, NOW)


def fix(expected=0):
    return ProblemFixSubmitted(
        staff="boss", roles=("supervisor",), expected_sequence=expected, reason="patched"
    )


@pytest.mark.parametrize(
    ("rows", "is_one"),
    [
        ([], False),
        (others(3), False),
        (others(4), True),
        (others(20), True),
        (others(20, user="same"), False),
        (others(3) + others(20, user="same"), True),
        (others(20, problem=OPEN.model_copy(update={"fixed": True})), False),
        ([*others(3), Seen("me", "me", None)], False),
        ([*others(3), Seen("c9", "me", None)], False),
    ],
)
def test_enough_people_within_the_window_make_a_problem(rows, is_one):
    assert (seen(rows) is not None) is is_one


def test_a_policy_asks_for_no_more_people_than_are_looked_at():
    with pytest.raises(ValidationError):
        SurgePolicy.model_validate({**POLICY.model_dump(), "points": MOST_ALIKE + 1})


def test_people_without_an_account_count_by_complaint():
    assert seen([Seen(f"c{n}", None, None) for n in range(4)]) == Surge(
        problem_id=problem_id(KEY, POLICY, NOW), since=SINCE, known=False
    )


def test_one_member_is_enough_to_join_its_problem():
    assert seen([*others(1), Seen("m", "u9", OPEN)]) == surge(known=True)


def test_two_that_find_it_at_once_name_it_alike():
    assert problem_id(KEY, POLICY, NOW) == problem_id(KEY, POLICY, NOW + timedelta(minutes=2))
    assert problem_id(KEY, POLICY, NOW) != problem_id(KEY, POLICY, NOW + POLICY.within)
    assert problem_id(KEY, POLICY, NOW) != problem_id("api||", POLICY, NOW)


def test_what_comes_back_after_a_fix_is_a_problem_of_its_own():
    first = seen(others(4)).problem_id
    fixed = [Seen("f1", "f1", Membership(id=first, since=SINCE, fixed=True))]
    second = seen(others(4) + fixed).problem_id
    again = Seen("f2", "f2", Membership(id=second, since=SINCE, fixed=True))
    third = seen([*others(4), *fixed, again]).problem_id
    assert len({first, second, third}) == 3
    assert seen(others(6) + fixed).problem_id == second


@pytest.mark.parametrize(
    ("text", "told", "key"),
    [
        (MISSING, {"asset": "btc", "network": "Bitcoin"}, KEY),
        (MISSING, {"asset": None, "network": "TRON"}, "deposit_withdrawal|BTC|tron"),
        ("My deposit has not arrived for two days.", {}, None),
        ("The API returns error 500 for every signed request.", {}, "api||"),
        (WISH, {"asset": "BTC"}, None),
        (STOLEN, {"asset": "BTC"}, None),
    ],
)
def test_cases_are_compared_by_category_asset_and_network(text, told, key):
    assert watched(classified(text, **told).state, POLICY) == key


def test_a_bar_in_the_name_of_a_network_is_part_of_the_name():
    state = classified().state.model_copy(update={"alike": "deposit_withdrawal||trc|20"})
    assert watched(state, POLICY) == state.alike
    opened = one(joined(state, surge()), "ProblemOpened")
    assert (opened.asset, opened.network) == (None, None)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("TRC20", "trc20"),
        ("erc-20", "erc-20"),
        (" Arbitrum  One ", "arbitrum one"),
        ("TRC|20", None),
        ("Ann Lee, 4 Mill Road", None),
        ("ann@mail.test", None),
        ("bitcoin\nann", None),
        ("ann-lee", None),
        ("", None),
        (None, None),
    ],
)
def test_events_show_the_name_of_a_network_and_never_a_text(said, shown):
    case = triage()
    assert one(case.when(admitted(network=said)), "CaseClassified").network == shown
    opened = one(found(case, "agent-x", surge=surge()), "ProblemOpened")
    assert opened.network == shown


def test_the_case_that_finds_a_problem_opens_it_and_owes_it_to_the_others():
    case = classified()
    opened = one(found(case, "agent-x", surge=surge()), "ProblemOpened")
    assert opened == ProblemOpened(
        problem_id=ID, since=SINCE, category="deposit_withdrawal", asset="BTC"
    )
    assert case.due("members:opened").kind == "tell_members"
    assert case.result("members:opened", MembersInformed, told=4) == [
        MembersTold(problem_id=ID, what="opened", told=4)
    ]
    assert "members:opened" not in case.state.due


def test_members_are_told_in_parts():
    case = classified()
    found(case, "agent-x", surge=surge())
    case.result("members:opened", MembersInformed, told=50, last="at|c50")
    assert case.due("members:opened").arguments == {"what": "opened", "last": "at|c50"}
    case.result("members:opened", MembersInformed, told=1)
    assert "members:opened" not in case.state.due


def test_a_later_case_joins_and_tells_nobody():
    case = classified()
    assert names(found(case, "agent-x", surge=surge(known=True))) == [
        "ProblemJoined",
        "CaseAssigned",
    ]
    assert case.state.problem == OPEN
    assert not case.state.telling


def test_an_earlier_case_joins_when_it_is_told_and_is_more_urgent_from_then_on():
    case = running(WISH)
    events = case.when(ProblemNoticed(problem_id=ID, since=SINCE))
    assert events[0] == ProblemJoined(problem_id=ID, since=SINCE)
    changed = one(events, "PriorityChanged")
    assert (changed.before, changed.priority, changed.reason) == ("P4", "P2", "surge")
    assert case.when(ProblemNoticed(problem_id=ID, since=SINCE)) == []


def test_the_case_is_given_away_with_the_priority_it_has_now():
    case = classified(WISH)
    given = one(found(case, "agent-x", surge=surge(known=True)), "CaseAssigned")
    assert (given.priority, case.state.priority) == ("P2", "P2")


def test_a_surge_never_lowers_a_priority():
    case = classified(STOLEN)
    assert "PriorityChanged" not in names(found(case, "security-1", surge=surge()))
    assert case.state.priority == "P1"


def test_a_decided_case_joins_but_is_not_raised():
    case = running(WISH)
    case.when(decision())
    assert names(case.when(ProblemNoticed(problem_id=ID, since=SINCE))) == ["ProblemJoined"]


def test_a_fix_is_said_at_one_member_and_owed_to_the_others():
    case = member()
    (event,) = case.when(fix())
    assert event == ProblemFixed(problem_id=ID, reason="patched", staff="boss")
    assert case.state.problem.fixed
    said = {"what": "fixed", "reason": "patched", "staff": "boss"}
    assert case.due("members:fixed").arguments == said
    case.result("members:fixed", MembersInformed, told=50, last="at|c")
    assert case.due("members:fixed").arguments == {**said, "last": "at|c"}


def test_a_fix_closes_and_decides_nothing():
    case = member()
    case.when(fix())
    assert case.state.open
    assert not case.state.over
    assert one(case.when(decision()), "CaseSettled")


def test_what_is_owed_to_the_members_outlives_the_case():
    case = member()
    case.when(fix())
    case.when(closed())
    assert list(case.state.due) == ["members:fixed"]


def test_a_fix_that_is_told_is_noted_once_and_only_for_that_problem():
    case = member()
    news = {"reason": "patched", "staff": "boss"}
    assert case.when(ProblemFixNoticed(problem_id="another", **news)) == []
    assert case.when(ProblemFixNoticed(problem_id=ID, **news)) == [
        ProblemFixed(problem_id=ID, noticed=True, **news)
    ]
    assert case.when(ProblemFixNoticed(problem_id=ID, **news)) == []
    assert not case.state.telling


def test_a_fix_without_a_problem_or_said_twice_is_refused():
    (refused,) = running().when(fix())
    assert refused.rule == "no-problem"
    case = member()
    case.when(fix())
    (refused,) = case.when(fix())
    assert (refused.rule, refused.staff) == ("problem-fixed", "boss")


@pytest.mark.parametrize(
    ("text", "complaints", "priority"),
    [(WISH, 1, "P4"), (WISH, 2, "P4"), (WISH, 3, "P3"), (MISSING, 9, "P2"), (STOLEN, 9, "P1")],
)
def test_a_customer_who_writes_again_and_again_is_one_step_more_urgent(text, complaints, priority):
    case = classified(text)
    found(case, None, complaints=complaints)
    assert case.state.priority == priority
    found(case, "agent-x", complaints=complaints)
    assert case.state.priority == priority


def member():
    case = classified()
    found(case, "agent-x", surge=surge(known=True))
    return case
