"""What triage says and resolution needs later: the account, the priority, broken promises."""

from services.resolution.rules.decisions import resumed, reviews
from services.resolution.state import ResolutionState
from shared.decider import Context
from shared.events.base import Event
from shared.events.resolution import CaseNoted
from shared.events.triage import CaseClassified, ClockBreached, IdentityNoted, PriorityChanged


def on_case_classified(
    state: ResolutionState, data: CaseClassified, context: Context
) -> list[Event]:
    """Note whose account it is, how surely, and how urgent the case is."""
    note = CaseNoted(user_id=data.user_id, priority=data.priority, identity=data.identity)
    return [*_noted(state, note, context), *resumed(state.noting(note), context)]


def on_identity_noted(state: ResolutionState, data: IdentityNoted, context: Context) -> list[Event]:
    """Note a proof; what waited for it goes on."""
    if data.level <= state.proof_of(data.user_id):
        return []
    note = CaseNoted(user_id=data.user_id, identity=data.level)
    return [*_noted(state, note, context), *resumed(state.noting(note), context)]


def on_priority_changed(
    state: ResolutionState, data: PriorityChanged, context: Context
) -> list[Event]:
    """Note the new priority."""
    return _noted(state, CaseNoted(priority=data.priority), context)


def on_clock_breached(
    state: ResolutionState, _data: ClockBreached, context: Context
) -> list[Event]:
    """Note that a promise was broken."""
    return _noted(state, CaseNoted(breached=True), context)


def _noted(state: ResolutionState, note: CaseNoted, context: Context) -> list[Event]:
    """The note, if it says anything new; one that comes after the end may call for a review."""
    after = state.noting(note)
    if after == state:
        return []
    return [note, *(reviews(after, context) if state.closed else ())]
