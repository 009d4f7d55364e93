"""A case waits for another about the same matter: nobody works on it, and all else goes on."""

import pytest

from services.triage.merging.state import ENDED, JOINED, PARTED
from services.triage.offers import OFFERS
from services.triage.taking.state import MERGED, OFFERED
from shared.events.triage import (
    AssigneeFound,
    CaseAssigned,
    CaseJoined,
    CaseMerged,
    CaseParted,
    CaseUnmerged,
    LeadingEnded,
    LeaseSubmitted,
    MergeInformed,
    MergeNoticed,
    MergeSubmitted,
    UnmergeNoticed,
    UnmergeSubmitted,
)
from shared.http.tokens import Principal
from shared.testing.scenario import COMPLAINT
from tests.unit.triage.stage_cases import (
    MISSING,
    STOLEN,
    WISH,
    admitted,
    appealed,
    assign,
    classified,
    closed,
    decision,
    found,
    names,
    running,
    set_priority,
    triage,
)

OTHER, THIRD = (f"0a0a0a0a-0000-4000-8000-0000000000{n}" for n in ("b1", "b2"))
WHO = "agent-zh-1"


def merge(into=OTHER, expected=0):
    return MergeSubmitted(
        staff=WHO, roles=("agent",), expected_sequence=expected, into=into, reason="same-matter"
    )


UNMERGE = UnmergeSubmitted(staff=WHO, roles=("agent",), reason="by-mistake")


def waiting():
    case = classified(WISH)
    found(case, None)
    return case


def lent():
    case = waiting()
    case.when(LeaseSubmitted(staff=WHO, roles=("agent",)))
    return case


def merged(case=None):
    case = case or running(assignee=WHO)
    case.when(merge())
    return case


def leading(*others):
    case = running(assignee=WHO)
    for other in others or (OTHER,):
        case.when(MergeNoticed(other=other, staff=WHO))
    return case


def news(case):
    """What other cases must hear, in order."""
    items = [item for item in case.state.due.values() if item.kind == "tell_merge"]
    return [(item.arguments["to"], item.arguments["what"]) for item in items]


def tell(case, **said):
    """The other case has taken the first of the news."""
    key = next(item.key for item in case.state.due.values() if item.kind == "tell_merge")
    return case.result(key, MergeInformed, **said)


def rule(case, command):
    (event,) = case.when(command)
    return event.rule


def test_a_merged_case_is_nobody_s_work_and_the_other_hears_of_it():
    case = running(assignee=WHO)
    (event,) = case.when(merge())
    assert event == CaseMerged(into=OTHER, reason="same-matter", staff=WHO)
    state = case.state
    assert (state.stands, state.queue, state.open, state.assignee) == ("merged", MERGED, False, WHO)
    assert news(case) == [(OTHER, JOINED)]
    assert names(tell(case)) == ["MergeTold"]
    assert news(case) == []


@pytest.mark.parametrize("case", [classified, waiting, running, lent])
def test_a_merge_that_is_taken_back_leaves_no_trace_but_its_events(case):
    never, once = case(), case()
    once.when(merge())
    tell(once)
    (event, *_) = once.when(UNMERGE)
    tell(once)
    assert event == CaseUnmerged(into=OTHER, reason="by-mistake", staff=WHO)

    if never.state.waiting:  # who waits is looked after at once, and waits again
        found(once, None)
    told = never.state.model_dump(exclude={"sequence", "moved", "due", "lease"})
    assert once.state.model_dump(include=told.keys()) == told
    clocks = ("clock:", "warning")
    for key, item in never.state.due.items():
        if key.startswith(clocks):
            assert once.state.due[key] == item
    assert once.state.due.keys() >= never.state.due.keys() - {"lease:1"}


def test_no_clock_stops_and_each_breach_is_the_same():
    never, once = running(assignee=WHO), merged()
    far = never.state.clocks["resolution:1"].due_at - never.now
    told = [
        [e for e in case.elapse(far * 2) if e.event_type.startswith("redress.clock")]
        for case in (never, once)
    ]
    assert told[0] == told[1] != []


@pytest.mark.parametrize("before", [classified, waiting])
def test_nobody_is_looked_for_and_nobody_may_take_it(before):
    case = merged(before())
    assert not any(key.startswith("assign:") for key in case.state.due)
    assert rule(case, LeaseSubmitted(staff=WHO, roles=("agent",))) == "not-waiting"
    assert rule(case, assign(WHO)) == "case-merged"
    case.when(UNMERGE)
    assert case.state.queue == OFFERED
    assert "assign:1" in case.state.due


def test_a_look_that_was_on_its_way_finds_nobody_for_it():
    case = classified(MISSING)
    put_by = case.due("assign:1").event
    case.when(merge())
    found_ = AssigneeFound(key="assign:1", put_by=put_by, assignee=WHO, open_cases=1)
    assert case.when(found_) == []


def test_a_lease_that_ends_meanwhile_gives_the_case_to_nobody():
    case = merged(lent())
    case.when(UNMERGE)
    assert case.state.lease is None  # who merged it acted on it
    other = lent()
    other.when(merge().model_copy(update={"staff": "boss"}))
    other.elapse(other.state.lease.until - other.now)
    assert (other.state.assignee, other.state.queue) == (None, MERGED)
    assert "assign:1" not in other.state.due


@pytest.mark.parametrize(
    ("case", "command", "why"),
    [
        (triage, merge(), "not-classified"),
        (running, merge(COMPLAINT), "same-case"),
        (merged, merge(THIRD), "already-merged"),
        (leading, merge(THIRD), "leads-others"),
        (lambda: running(STOLEN), merge(), "emergency-stays"),
        (running, merge(expected=1), "case-moved-on"),
        (running, UNMERGE, "not-merged"),
    ],
)
def test_what_cannot_wait_is_refused(case, command, why):
    assert rule(case(), command) == why


def test_an_appeal_is_heard_on_its_own():
    case = running()
    case.when(decision())
    assert rule(case, merge()) == "case-settled"
    case.when(appealed())
    assert rule(case, merge()) == "appeal-stays"


def test_danger_waits_for_nobody():
    for danger in (admitted(STOLEN, emergency=True), set_priority("P1")):
        case = merged()
        assert names(case.when(danger))[0] == "CaseUnmerged"
        assert (case.state.merged_into, case.state.open) == (None, True)
        assert news(case) == [(OTHER, JOINED), (OTHER, PARTED)]


def test_what_the_other_must_hear_comes_in_order():
    case = merged()
    case.when(UNMERGE)
    first, second = (item for item in case.state.due.values() if item.kind == "tell_merge")
    assert second.after == first.key


def test_the_leading_case_knows_who_waits_for_it():
    case = leading(OTHER, THIRD)
    assert case.state.leads == (OTHER, THIRD)
    assert case.when(MergeNoticed(other=OTHER, staff=WHO)) == []
    assert case.when(UnmergeNoticed(other=OTHER)) == [CaseParted(other=OTHER)]
    assert case.when(UnmergeNoticed(other=OTHER)) == []
    assert case.state.leads == (THIRD,)


@pytest.mark.parametrize("end", [decision(), closed()])
def test_when_the_leading_case_is_settled_all_that_waited_go_on(end):
    case = leading(OTHER, THIRD)
    case.when(end)
    assert news(case) == [(OTHER, ENDED), (THIRD, ENDED)]
    assert case.state.leads == ()


@pytest.mark.parametrize("case", [merged, lambda: over(running())])
def test_who_waits_for_a_case_that_nobody_works_on_is_let_go_at_once(case):
    late = case()
    assert late.when(MergeNoticed(other=THIRD, staff=WHO)) == [CaseJoined(other=THIRD, staff=WHO)]
    assert (THIRD, ENDED) in news(late)
    assert late.state.leads == ()


def over(case):
    case.when(decision())
    return case


def test_who_answered_the_leading_case_answers_the_one_that_was_nobody_s():
    case = merged(classified(MISSING))
    assert case.when(LeadingEnded(leading=THIRD, reason="leading-settled", assignee=WHO)) == []
    back, given = case.when(LeadingEnded(leading=OTHER, reason="leading-settled", assignee=WHO))
    assert back == CaseUnmerged(into=OTHER, reason="leading-settled", noticed=True)
    assert isinstance(given, CaseAssigned)
    assert (given.assignee, given.reason) == (WHO, "leading-case")
    assert "assign:1" not in case.state.due
    assert news(case) == [(OTHER, JOINED)]


@pytest.mark.parametrize(("had", "leader"), [(running, WHO), (classified, "security-1")])
def test_who_had_the_case_keeps_it_and_it_goes_to_nobody_of_another_team(had, leader):
    case = merged(had(WISH))
    events = case.when(LeadingEnded(leading=OTHER, reason="leading-settled", assignee=leader))
    assert names(events) == ["CaseUnmerged"]
    assert case.state.open is (had is running)


def test_a_case_that_is_decided_meanwhile_waits_no_more_and_the_other_hears():
    case = merged()
    tell(case)
    case.when(decision())
    assert (case.state.merged_into, case.state.stands) == (None, "settled")
    assert news(case) == [(OTHER, PARTED)]


def test_what_waits_for_a_case_that_is_not_there_goes_on():
    case = merged()
    back, told = tell(case, known=False)
    assert back == CaseUnmerged(into=OTHER, reason="no-such-case", noticed=True)
    assert type(told).__name__ == "MergeTold"
    assert case.state.open


@pytest.mark.parametrize(
    ("case", "offered"),
    [
        (running, {"merge"}),
        (merged, {"unmerge"}),
        (leading, set()),
        (lambda: running(STOLEN), set()),
        (triage, set()),
    ],
)
def test_the_pages_offer_what_fits(case, offered):
    who = Principal(WHO, frozenset({"agent"}))
    state = case().state
    assert {name for name in ("merge", "unmerge") if OFFERS[name](state, who)} == offered
    if state.merged_into:
        assert not OFFERS["assign"](state, who)
