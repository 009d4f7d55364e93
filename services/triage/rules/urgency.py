"""How urgent a case is: its lane, its priority, and what an emergency sets going."""

from datetime import datetime

from services.triage.clocks import rules as clocks
from services.triage.clocks.statutory import begun, statutory
from services.triage.rules.proofs import escalations
from services.triage.state import TriageState
from shared.decider import Context
from shared.events.base import Event, Priority
from shared.events.triage import CaseClassified, PriorityChanged, TriageLaneRaised
from shared.events.verification import AdmissibilityDecided

EMERGENCY: Priority = "P1"


def lane(state: TriageState, *, urgent: bool) -> list[Event]:
    """An urgent case leaves the normal lane."""
    raised = urgent and state.lane == "normal"
    return [TriageLaneRaised(reason="emergency")] if raised else []


def prioritised(
    state: TriageState, priority: Priority, reason: str, context: Context, staff: str | None = None
) -> list[Event]:
    """A new priority, and the running clocks under it."""
    if priority == state.priority:
        return []
    change = PriorityChanged(priority=priority, before=state.priority, reason=reason, staff=staff)
    moved = clocks.moved(state, context.policy.triage, priority, context.now)
    return [change, *clocks.together(moved)]


def at_least(state: TriageState, priority: Priority, reason: str, context: Context) -> list[Event]:
    """Raise the priority of a case that somebody still has to do with; never lower it."""
    urgent_enough = state.priority <= priority
    return [] if state.over or urgent_enough else prioritised(state, priority, reason, context)


def one_step_up(priority: Priority) -> Priority:
    """The next higher priority; what makes a P1 is danger alone."""
    return "P3" if priority == "P4" else min(priority, "P2")


def first_clocks(
    state: TriageState, case: CaseClassified, received_at: datetime, context: Context
) -> list[Event]:
    """The clocks of a case that was just classified: from its receipt.

    Ours start later where the customer was waited for, and at an appeal; the law's never do.
    """
    policy = context.policy.triage
    waited = (state.awaited or state.level > 1) and case.priority != EMERGENCY
    start = context.now if waited else received_at
    freeze = [clocks.freezing(policy, state.level, received_at)] if case.emergency else []
    ours = clocks.started(policy, case.priority, state.level, start)
    law = statutory(policy, case.category, received_at)
    return begun(state, [*freeze, *ours, *law], context.now)


def became_emergency(
    state: TriageState, admitted: AdmissibilityDecided, context: Context
) -> list[Event]:
    """A classified case turned out to be an emergency."""
    user_id = admitted.facts.user_id or state.user_id
    identity = max(admitted.identity, state.proof_of(user_id))
    freeze = clocks.freezing(context.policy.triage, state.level, context.now)
    return [
        *lane(state, urgent=True),
        *escalations(state, user_id, identity, "first-screen"),
        *prioritised(state, EMERGENCY, "emergency", context),
        *([] if state.over else clocks.together([freeze])),
    ]
