"""Problems: a case joins one at most, learns that it is mended, and is decided on its own."""

from __future__ import annotations

from collections.abc import Mapping

from services.triage.rules.contact import complained
from services.triage.rules.urgency import at_least
from services.triage.state import TriageState
from services.triage.taking.decide import kept
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.triage import (
    AssigneeFound,
    MembersInformed,
    MembersTold,
    ProblemFixed,
    ProblemFixNoticed,
    ProblemFixRefused,
    ProblemFixSubmitted,
    ProblemJoined,
    ProblemNoticed,
    ProblemOpened,
    Surge,
)
from shared.rules.networks import network_named

SURGE = "surge"


def about_others(state: TriageState, data: AssigneeFound, context: Context) -> list[Event]:
    """What other cases tell of this one: its problem, and how urgent that makes it."""
    policy = context.policy.triage
    group = joined(state, data.surge)
    if group and state.priority > policy.surge.priority:
        return [*group, *at_least(state, policy.surge.priority, SURGE, context)]
    return [*group, *complained(state, data, context)]


def joined(state: TriageState, surge: Surge | None) -> list[Event]:
    """The case opens the problem that was found, or joins it."""
    if surge is None or state.problem:
        return []
    name = {"problem_id": surge.problem_id, "since": surge.since}
    if surge.known:
        return [ProblemJoined(**name)]
    asset, network = (state.alike or "||").split("|", 2)[1:]
    thing = {"asset": asset or None, "network": network_named(network)}
    return [ProblemOpened(**name, category=state.category, **thing)]


def on_problem_noticed(state: TriageState, data: ProblemNoticed, context: Context) -> list[Event]:
    """A case alike came later and made it a problem."""
    if state.problem:
        return []
    member = ProblemJoined(problem_id=data.problem_id, since=data.since)
    return [member, *at_least(state, context.policy.triage.surge.priority, SURGE, context)]


def on_fix_submitted(
    state: TriageState, data: ProblemFixSubmitted, context: Context
) -> list[Event]:
    """A person says at one member that the problem is mended."""
    problem = state.problem
    if problem is None or problem.fixed:
        rule = "problem-fixed" if problem else "no-problem"
        return [ProblemFixRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    fixed = ProblemFixed(problem_id=problem.id, reason=data.reason, staff=data.staff)
    return [*kept(state, data.staff), fixed]


def on_fix_noticed(state: TriageState, data: ProblemFixNoticed, context: Context) -> list[Event]:
    """The same at all others."""
    problem = state.problem
    if problem is None or problem.fixed or problem.id != data.problem_id:
        return []
    said = {"problem_id": problem.id, "reason": data.reason, "staff": data.staff}
    return [ProblemFixed(**said, noticed=True)]


def on_members_informed(state: TriageState, data: MembersInformed, context: Context) -> list[Event]:
    """Members were told."""
    if state.problem is None:  # never: who tells is a member
        return []
    what = data.key.removeprefix("members:")
    return [MembersTold(problem_id=state.problem.id, what=what, told=data.told, last=data.last)]


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    ProblemNoticed: on_problem_noticed,
    ProblemFixSubmitted: on_fix_submitted,
    ProblemFixNoticed: on_fix_noticed,
    MembersInformed: on_members_informed,
}
