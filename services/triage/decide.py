"""Triage's rules: one function for each input, the table at the bottom."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from services.triage.clocks import decide as clocking
from services.triage.clocks import rules as clocks
from services.triage.clocks.pausing import paused, resumed
from services.triage.clocks.running import DECIDE as DECISION
from services.triage.clocks.running import FIRST_ACTION, FREEZE, PROGRESS, RESOLUTION
from services.triage.labels import decide as labels
from services.triage.merging import decide as merging
from services.triage.merging.rules import ended
from services.triage.problems import decide as problems
from services.triage.problems.decide import about_others
from services.triage.rules import contact, proofs
from services.triage.rules.admission import classified
from services.triage.rules.ageing import aged
from services.triage.rules.commands import against_assignment, against_priority
from services.triage.rules.urgency import EMERGENCY, became_emergency, lane, prioritised
from services.triage.state import EVOLVE, TriageState
from services.triage.taking import decide as taking
from services.triage.taking.decide import given
from services.triage.taking.queueing import queued
from services.triage.taking.state import LEASE
from shared.decider import Context, Decider, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.investigation import CauseDetermined, RecheckScheduled
from shared.events.resolution import AppealAdmitted, CaseClosed, DecisionMade, EffectVerified
from shared.events.triage import (
    AssigneeFound,
    AssignmentDeferred,
    AssignmentRefused,
    AssignmentSubmitted,
    CaseReopened,
    CaseSettled,
    CustomerAwaited,
    PriorityChanged,
    PriorityRefused,
    PrioritySubmitted,
)
from shared.events.verification import AdmissibilityDecided, InfoRequested


def on_info_requested(state: TriageState, data: InfoRequested, context: Context) -> list[Event]:
    """The time that the customer takes is not ours."""
    if state.classified:
        return [*taking.kept(state, data.staff), *paused(state, "customer", context)]
    return [] if state.awaited else [CustomerAwaited()]


def on_admissibility_decided(
    state: TriageState, data: AdmissibilityDecided, context: Context
) -> list[Event]:
    """An admissible complaint is classified once; an emergency may still follow."""
    if not data.admissible:
        return _settled(state, state.level, "inadmissible")
    if not state.classified:
        return classified(state, data, context)
    if data.emergency and not state.emergency:
        return [*ended(state), *became_emergency(state, data, context)]
    return []


def on_assignee_found(state: TriageState, data: AssigneeFound, context: Context) -> list[Event]:
    """Somebody is free, or the case is offered again later; what the others tell comes first."""
    known = about_others(state, data, context)
    urgency = min([state.priority, *(e.priority for e in known if isinstance(e, PriorityChanged))])
    raised = urgency < state.priority
    state = state.model_copy(update={"priority": urgency})
    if data.assignee is None or data.assignee in state.barred:
        at_once = bool(data.assignee) or (raised and state.pressing)
        later = _later(state, data, context, at_once=at_once)
        return [*known, later, *queued(state, context)]
    return [*known, *given(state, data.assignee, data.reason, context)]


def _later(
    state: TriageState, data: AssigneeFound, context: Context, *, at_once: bool
) -> AssignmentDeferred:
    """At once where the look was for another state of the case; a pressing one awaits no shift."""
    soon = context.now + (timedelta(0) if at_once else context.policy.triage.assign_again)
    again_at = soon if at_once or state.pressing else max(soon, data.free_at or soon)
    return AssignmentDeferred(team=state.team, level=state.level, again_at=again_at)


def on_appeal_admitted(state: TriageState, data: AppealAdmitted, context: Context) -> list[Event]:
    """Somebody else takes the case, at the level of the appeal."""
    if data.level <= state.level:
        return []
    reopened: list[Event] = [CaseReopened(level=data.level)]
    if not state.classified or data.level <= state.settled:
        return reopened
    policy = context.policy.triage
    again = clocks.started(policy, state.priority, data.level, context.now)
    return [*reopened, *clocks.together(again)]


def on_effect_verified(state: TriageState, data: EffectVerified, context: Context) -> list[Event]:
    """The account is frozen."""
    if data.action != "freeze":
        return []
    return clocks.met(state, [(FREEZE, state.level)], context)


def on_cause_determined(state: TriageState, data: CauseDetermined, context: Context) -> list[Event]:
    """Somebody or some rule acted on the case; a lease is kept by its holder's finding alone."""
    kept = taking.kept(state, data.decided_by)
    return [*kept, *_acted(state, context), *resumed(state, "chain", context)]


def on_recheck_scheduled(
    state: TriageState, data: RecheckScheduled, context: Context
) -> list[Event]:
    """The chain was looked at, and is waited for; for sources that leave it open no clock stops."""
    turn = resumed if data.leaves_open else paused
    return [*_acted(state, context), *turn(state, "chain", context)]


def _acted(state: TriageState, context: Context) -> list[Event]:
    return clocks.met(state, [(FIRST_ACTION, state.level)], context)


def on_decision_made(state: TriageState, data: DecisionMade, context: Context) -> list[Event]:
    """A decision keeps all promises and leaves the assignee nothing to do."""
    kept = [(clock, data.level) for clock in (FIRST_ACTION, RESOLUTION, PROGRESS)]
    return [
        *clocks.met(state, [*kept, (DECISION, 1)], context),
        *_settled(state, data.level, "decided"),
    ]


def on_case_closed(state: TriageState, data: CaseClosed, context: Context) -> list[Event]:
    """A closed case, a withdrawn one above all, needs nobody."""
    return _settled(state, data.level, "closed")


def _settled(
    state: TriageState, level: int, reason: Literal["decided", "closed", "inadmissible"]
) -> list[Event]:
    known = level < state.level or level <= state.settled
    return [] if known else [CaseSettled(level=level, reason=reason)]


def on_timer_elapsed(state: TriageState, data: TimerElapsed, context: Context) -> list[Event]:
    """A lease or a clock ran out: every timer here is one of these."""
    if data.key.startswith(LEASE):
        return taking.expired(state)
    told = clocking.told(state, data, context)
    return [*told, *aged(state, told, context)]


def on_priority_submitted(
    state: TriageState, data: PrioritySubmitted, context: Context
) -> list[Event]:
    """A person changes the priority."""
    if rule := against_priority(state, data):
        return [PriorityRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    urgent = data.priority == EMERGENCY
    return [
        *taking.kept(state, data.staff),
        *(ended(state) if urgent else []),
        *lane(state, urgent=urgent),
        *prioritised(state, data.priority, data.reason, context, data.staff),
    ]


def on_assignment_submitted(
    state: TriageState, data: AssignmentSubmitted, context: Context
) -> list[Event]:
    """A person hands the case to somebody."""
    if rule := against_assignment(state, data):
        return [AssignmentRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return given(state, data.assignee, data.reason, context)


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    **labels.DECIDE,
    **merging.DECIDE,
    **problems.DECIDE,
    **taking.DECIDE,
    **clocking.DECIDE,
    **contact.DECIDE,
    **proofs.DECIDE,
    InfoRequested: on_info_requested,
    AdmissibilityDecided: on_admissibility_decided,
    AssigneeFound: on_assignee_found,
    AppealAdmitted: on_appeal_admitted,
    EffectVerified: on_effect_verified,
    CauseDetermined: on_cause_determined,
    RecheckScheduled: on_recheck_scheduled,
    DecisionMade: on_decision_made,
    CaseClosed: on_case_closed,
    TimerElapsed: on_timer_elapsed,
    PrioritySubmitted: on_priority_submitted,
    AssignmentSubmitted: on_assignment_submitted,
}
DECIDER = Decider(TriageState, DECIDE, EVOLVE)
