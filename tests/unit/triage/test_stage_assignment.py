from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.triage.api import COMMANDS
from services.triage.rules.assign import PEOPLE
from services.triage.rules.placing import place
from shared.events.triage import AssignmentDeferred, CaseAssigned
from shared.http.tokens import Principal
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    MISSING,
    WISH,
    admitted,
    appealed,
    assign,
    classified,
    closed,
    decision,
    found,
    names,
    one,
    running,
    set_priority,
    triage,
)

FIRST = [p.id for p in PEOPLE if p.level == 1]
SENIOR = [p.id for p in PEOPLE if p.level == 2]


def placed(state, load, at=START, owners=()):
    return place(state, load, 40, at, owners).assignee


def refusal(case, command):
    (event,) = case.when(command)
    assert event.input_id
    assert event.staff == "boss"
    return type(event).__name__, event.rule


def test_a_person_who_is_free_gets_the_case():
    case = classified()
    assert found(case, "agent-x") == [
        CaseAssigned(
            team=case.state.team,
            assignee="agent-x",
            level=1,
            category="deposit_withdrawal",
            language="en",
            priority="P2",
            reason="least-loaded",
        )
    ]
    assert "assign:1" not in case.state.due
    assert case.state.open


def test_a_case_nobody_is_free_for_is_offered_again():
    case = classified()
    before = case.due("assign:1")
    again_at = START + timedelta(minutes=5)
    later, _ = found(case, None)
    assert later == AssignmentDeferred(team=case.state.team, level=1, again_at=again_at)
    assert case.due("assign:1").at == again_at
    assert case.due("assign:1").event != before.event
    assert not case.state.open
    assert names(found(case, "agent-x")) == ["CaseAssigned", "ClockMet"]


def test_a_case_that_waits_for_a_shift_and_becomes_pressing_is_looked_at_at_once():
    case = classified(WISH)
    found(case, None, free_at=START + timedelta(hours=9))
    assert case.due("assign:1").at == START + timedelta(hours=9)
    case.now += timedelta(hours=1)
    case.when(set_priority("P3"))
    assert case.due("assign:1").at == START + timedelta(hours=9)
    case.when(set_priority("P2"))
    assert case.due("assign:1").at == case.now
    queue = case.state.clocks["queue:1"]
    assert queue.due_at == case.now + timedelta(seconds=case.policy.triage.queue["P2"].count)
    assert queue.warn_at is None
    found(case, None, free_at=START + timedelta(hours=9))
    assert case.due("assign:1").at == case.now + timedelta(minutes=5)


def test_a_case_that_waits_for_a_shift_and_becomes_an_emergency_is_looked_at_at_once():
    case = classified(WISH)
    found(case, None, free_at=START + timedelta(hours=9))
    case.when(admitted(WISH, emergency=True))
    assert case.due("assign:1").at == case.now


def test_a_look_that_makes_a_case_pressing_finds_nobody_and_is_made_anew():
    case = classified(WISH)
    case.when(set_priority("P3"))
    later = one(
        found(case, None, complaints=9, free_at=START + timedelta(hours=9)), "AssignmentDeferred"
    )
    assert (case.state.priority, later.again_at) == ("P2", START)
    assert case.state.clocks["queue:1"].budget == str(case.policy.triage.queue["P2"])


def test_an_appeal_goes_to_somebody_new_of_its_level():
    case = running(assignee=FIRST[0])
    case.when(assign(SENIOR[0]))
    case.when(decision())
    case.when(appealed())
    assert case.state.assignee is None
    assert not case.state.open
    assert case.due("assign:2").arguments == {"level": "2"}
    assert case.state.excluded == {FIRST[0], SENIOR[0]}
    assert placed(case.state, {}) not in {None, FIRST[0], SENIOR[0]}
    found(case, SENIOR[1], level=2)
    assert case.state.open
    assert case.state.excluded == {FIRST[0], SENIOR[0]}


def test_somebody_who_had_the_case_at_this_level_may_have_it_back():
    case = running(assignee=FIRST[0])
    case.when(assign(FIRST[1]))
    assert names(case.when(assign(FIRST[0]))) == ["CaseAssigned"]


def test_a_batch_is_spread_over_everybody_who_fits():
    load: dict[str, int] = {}
    given = [placed(classified().state, load) for _ in range(6)]
    assert None not in given
    assert load == {who: given.count(who) for who in set(given)}
    assert max(load.values()) - min(load.values()) <= 1
    assert len(load) > 1


def test_the_least_loaded_takes_the_next_case():
    load: dict[str, int] = {}
    first = placed(classified().state, load)
    load[first] = 30
    assert placed(classified().state, load) != first


def test_a_case_without_money_at_stake_waits_for_capacity():
    full = {person.id: 40 for person in PEOPLE}
    assert placed(classified(WISH).state, dict(full)) is None
    assert placed(classified(MISSING).state, dict(full)) is not None


def test_a_person_hands_the_case_over():
    case = running(assignee=FIRST[0])
    (event,) = case.when(assign(FIRST[1]))
    assert (event.assignee, event.reason, event.level) == (FIRST[1], "shift-end", 1)
    assert case.state.assignee == FIRST[1]


def test_a_case_handed_over_by_hand_is_not_looked_for_any_more():
    case = classified()
    case.when(assign(FIRST[0]))
    assert "assign:1" not in case.state.due


@pytest.mark.parametrize(
    ("command", "name"),
    [(assign(FIRST[0]), "AssignmentRefused"), (set_priority("P1"), "PriorityRefused")],
)
def test_a_case_that_is_not_classified_or_is_settled_takes_no_commands(command, name):
    assert refusal(triage(), command) == (name, "not-classified")
    case = running()
    case.when(closed())
    assert refusal(case, command) == (name, "case-settled")


def test_a_hand_over_that_does_not_fit_is_refused():
    case = running(assignee=FIRST[0])
    for assignee, rule in (("nobody", "unknown-assignee"), (FIRST[0], "already-assigned")):
        assert refusal(case, assign(assignee)) == ("AssignmentRefused", rule)


def test_an_appeal_is_not_handed_to_its_judges_or_below_its_level():
    case = running(assignee=FIRST[0])
    case.when(assign(SENIOR[0]))
    case.when(appealed())
    assert refusal(case, assign(FIRST[1]))[1] == "level-too-low"
    assert refusal(case, assign(SENIOR[0]))[1] == "not-independent"


def test_anybody_raises_a_priority_and_a_supervisor_lowers_it():
    case = running()
    changed = one(case.when(set_priority("P1")), "PriorityChanged")
    assert (changed.before, changed.priority, changed.staff) == ("P2", "P1", "boss")
    assert refusal(case, set_priority("P4")) == ("PriorityRefused", "supervisor-needed")
    assert "PriorityChanged" in names(case.when(set_priority("P4", roles=("supervisor",))))


def test_a_case_raised_to_the_highest_priority_leaves_the_normal_lane():
    case = running()
    assert names(case.when(set_priority("P1")))[0] == "TriageLaneRaised"
    assert case.state.lane == "express"


def test_a_priority_that_is_there_already_or_has_no_reason_is_refused():
    assert refusal(running(), set_priority("P2"))[1] == "same-priority"
    assert refusal(running(), set_priority("P1", reason=" "))[1] == "reason-missing"


def test_a_person_who_has_not_seen_the_latest_change_is_told_so():
    case = running()
    seen = case.state.sequence
    case.when(set_priority("P1"))
    assert refusal(case, assign(FIRST[0], expected=seen)) == ("AssignmentRefused", "case-moved-on")
    now = case.state.sequence
    assert names(case.when(assign(FIRST[0], expected=now))) == ["CaseAssigned"]


def test_changes_that_nobody_needs_to_see_do_not_stand_in_the_way():
    case = running()
    seen = case.state.sequence
    case.elapse(timedelta(hours=1))
    assert names(case.when(assign(FIRST[0], expected=seen))) == ["CaseAssigned"]


def test_the_commands_are_built_from_their_bodies():
    staff = Principal("boss", frozenset({"supervisor"}))
    for name, body in (
        ("assign", {"assignee": "agent-1", "reason": "shift-end"}),
        ("set-priority", {"priority": "P1", "reason": "called"}),
    ):
        spec = COMMANDS[name]
        command = spec.build(spec.body(**body), staff, START)
        assert command.staff == "boss"
        assert body.items() <= command.model_dump().items()
        with pytest.raises(ValidationError):
            spec.body(**{**body, "reason": "Some prose about Jane"})
