"""A case is lent to whoever asks, comes back if nothing happens, and is nobody's own matter."""

from datetime import timedelta

import pytest

from services.triage.rules.assign import PEOPLE
from services.triage.rules.placing import place
from services.triage.taking.state import OFFERED
from shared.events.investigation import StaffActed
from shared.events.notify import StaffMessageSent
from shared.events.personal import Personal
from shared.events.triage import (
    CategorySubmitted,
    ConflictDeclared,
    ConflictSubmitted,
    LeaseExpired,
    LeaseSubmitted,
    LeaseTaken,
    ProblemFixSubmitted,
    ProblemNoticed,
)
from shared.events.verification import InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    WISH,
    appealed,
    assign,
    cause,
    classified,
    closed,
    decision,
    found,
    names,
    one,
    recheck,
    running,
    set_priority,
    triage,
)

WHO, OTHER, SENIOR = "agent-zh-1", "agent-asia-1", "senior-1"
LEASE = timedelta(minutes=15)


def waiting(text=WISH):
    case = classified(text)
    found(case, None)
    return case


def take(who=WHO):
    return LeaseSubmitted(staff=who, roles=("agent",))


def conflict(who=WHO):
    return ConflictSubmitted(staff=who, roles=("agent",), reason="knows-the-customer")


def lent(text=WISH):
    case = waiting(text)
    case.when(take())
    return case


def corrected(who):
    return CategorySubmitted(staff=who, category="kyc", reason="read-again")


def rule(case, command):
    (event,) = case.when(command)
    assert event.staff == command.staff
    return event.rule


def test_a_case_that_is_offered_to_somebody_waits_for_nobody_else():
    case = classified(WISH)
    assert case.state.queue == OFFERED
    assert not case.state.waiting
    assert rule(case, take()) == "not-waiting"
    case = running(WISH, WHO)
    case.when(conflict())
    assert (case.state.queue, case.state.waiting) == (OFFERED, False)


def test_a_case_that_waits_goes_to_whoever_asks():
    case = waiting()
    assert case.state.queue == "care:1"
    given, kept, lease = case.when(take())
    assert (type(kept).__name__, kept.clock) == ("ClockMet", "queue")
    assert (given.assignee, given.reason) == (WHO, "claimed")
    assert lease == LeaseTaken(assignee=WHO, level=1, until=START + LEASE)
    assert case.state.queue is None
    assert case.state.open
    assert set(case.state.due) & {"assign:1", "lease:1"} == {"lease:1"}


@pytest.mark.parametrize(
    ("case", "who", "why"),
    [
        (triage, WHO, "not-classified"),
        (classified, WHO, "not-waiting"),
        (running, WHO, "not-waiting"),
        (lent, OTHER, "not-waiting"),
        (waiting, "nobody", "unknown-assignee"),
        (waiting, "security-1", "not-of-the-team"),
    ],
)
def test_a_case_that_does_not_wait_for_the_person_is_not_given(case, who, why):
    assert rule(case(), take(who)) == why


def test_an_appeal_is_taken_by_a_senior_who_has_not_judged_it():
    case = running(WISH, assignee=SENIOR)
    case.when(appealed())
    found(case, None, level=2)
    assert case.state.queue == "care:2"
    assert rule(case, take(WHO)) == "level-too-low"
    assert rule(case, take(SENIOR)) == "not-independent"
    assert names(case.when(take("senior-3"))) == ["CaseAssigned", "ClockMet", "LeaseTaken"]


def test_a_lease_that_runs_out_gives_the_case_to_somebody_else():
    case = lent()
    assert case.elapse(LEASE) == [LeaseExpired(assignee=WHO, level=1, until=START + LEASE)]
    assert (case.state.assignee, case.state.open) == (None, False)
    assert case.due("assign:1").kind == "find_assignee"
    idle = {person.id: 20 for person in PEOPLE if person.id != WHO}
    assert place(case.state, idle, 40, START).assignee not in {None, WHO}
    busy = {person.id: 40 for person in PEOPLE if person.id != WHO}
    assert place(case.state, busy, 40, START).assignee == WHO


THEIRS = cause().model_copy(update={"decided_by": WHO})


@pytest.mark.parametrize("act", [THEIRS, set_priority("P3"), assign(OTHER)])
def test_a_case_that_is_acted_on_stays(act):
    case = lent()
    if getattr(act, "staff", None):
        act = act.model_copy(update={"staff": WHO})
    case.when(act)
    owner = case.state.assignee
    assert case.state.lease is None
    assert "LeaseExpired" not in names(case.elapse(LEASE * 2))
    assert case.state.assignee == owner


def test_a_holder_who_corrects_the_category_and_stays_keeps_the_case():
    case = lent()
    assert names(case.when(corrected(WHO))) == ["LeaseKept", "CaseRecategorised"]
    assert case.state.assignee == WHO
    case = lent()
    assert names(case.when(corrected(OTHER))) == ["CaseRecategorised"]
    assert case.state.lease


def asked(who):
    return InfoRequested(items=("txid",), reminders_at=(), deadline_at=START, staff=who)


def written(who):
    return StaffMessageSent(message_id="m", staff=who, text=Personal("We look into it."))


def mended(who):
    return ProblemFixSubmitted(staff=who, roles=("supervisor",), reason="patched")


def filed(who):
    return StaffActed(staff=who, act="add-evidence")


def proposed(who):
    return StaffActed(staff=who, act="propose")


@pytest.mark.parametrize("act", [asked, written, mended, filed, proposed])
def test_a_holder_who_asks_writes_mends_files_or_proposes_has_acted_on_the_case(act):
    case = lent()
    case.when(ProblemNoticed(problem_id="p", since=START))
    assert names(case.when(act(WHO)))[0] == "LeaseKept"
    assert case.state.lease is None
    case = lent()
    case.when(ProblemNoticed(problem_id="p", since=START))
    case.when(act(OTHER))
    assert case.state.lease


@pytest.mark.parametrize("act", [cause(), recheck(), set_priority("P3")])
def test_what_a_rule_or_somebody_else_does_with_the_case_keeps_no_lease(act):
    case = lent()
    case.when(act)
    assert "LeaseExpired" in names(case.elapse(LEASE))


@pytest.mark.parametrize("end", [decision(), closed()])
def test_a_case_that_ends_takes_its_lease_with_it(end):
    case = lent()
    case.when(end)
    assert case.state.lease is None
    assert case.elapse(LEASE * 2) == []


def test_a_conflict_gives_the_case_to_somebody_else_for_good():
    case = running(WISH, assignee=WHO)
    assert case.when(conflict()) == [
        ConflictDeclared(staff=WHO, level=1, reason="knows-the-customer")
    ]
    assert (case.state.assignee, case.state.open) == (None, False)
    busy = {person.id: 30 for person in PEOPLE if person.id != WHO}
    assert place(case.state, dict(busy), 40, START).assignee not in {None, WHO}
    found(case, OTHER)
    assert rule(case, assign(WHO).model_copy(update={"staff": "boss"})) == "not-independent"


def test_who_was_found_before_they_declared_a_conflict_does_not_get_the_case():
    case = classified(WISH)
    case.when(conflict())
    later, _ = found(case, WHO)
    assert (type(later).__name__, later.again_at) == ("AssignmentDeferred", START)
    assert case.state.assignee is None
    assert case.due("assign:1").at == START
    assert one(found(case, OTHER), "CaseAssigned").assignee == OTHER


def test_a_conflict_outlives_the_level():
    case = running(WISH, assignee="agent-x")
    case.when(conflict("senior-1"))
    assert case.state.assignee == "agent-x"
    case.when(appealed())
    found(case, None, level=2)
    assert rule(case, take("senior-1")) == "not-independent"


def test_a_conflict_ends_a_lease():
    case = lent()
    case.when(conflict())
    assert "LeaseExpired" not in names(case.elapse(LEASE))


def test_a_conflict_is_declared_once_and_while_the_case_is_open():
    case = running(WISH, assignee=WHO)
    case.when(conflict())
    assert rule(case, conflict()) == "already-declared"
    case.when(closed())
    assert rule(case, conflict(OTHER)) == "case-settled"
    assert one(running().when(conflict("boss")), "ConflictDeclared").staff == "boss"


def test_a_queue_has_a_clock_of_its_own_from_the_first_time_that_nobody_was_free():
    case = waiting()
    begun = case.state.clocks["queue:1"]
    assert begun.due_at - begun.started_at == timedelta(hours=8)
    case.now += timedelta(hours=7)
    assert names(found(case, None)) == ["AssignmentDeferred"]
    case.now += timedelta(hours=1)
    broken = one(case.elapse(timedelta(0)), "ClockBreached")
    assert (broken.clock, broken.due_at) == ("queue", begun.due_at)
    assert names(found(case, None)) == ["AssignmentDeferred"]
    assert names(found(case, WHO)) == ["CaseAssigned", "ClockStopped"]


def test_a_case_that_somebody_is_free_for_has_no_such_clock():
    assert "queue:1" not in running(WISH).state.clocks
