"""How the events about freezes, proposals, approvals and effects change the case."""

from collections.abc import Mapping

from services.resolution.state.case import UNLOCK, Approval, Effect, EffectStatus, ResolutionState
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.resolution import (
    ApprovalDenied,
    ApprovalGiven,
    ApprovalRequested,
    CaseNoted,
    EffectFailed,
    EffectRequested,
    EffectVerified,
    FreezeNotPossible,
    IdentityAwaited,
    LockEnded,
    ProposalNoted,
    WithdrawalsLocked,
)


def on_case_noted(state: ResolutionState, data: CaseNoted, _event: Envelope) -> ResolutionState:
    """Keep what triage said."""
    return state.noting(data)


def on_freeze_not_possible(
    state: ResolutionState, _data: FreezeNotPossible, _event: Envelope
) -> ResolutionState:
    """Remember that a person took over."""
    return state.model_copy(update={"no_account": True})


def on_effect_requested(
    state: ResolutionState, data: EffectRequested, event: Envelope
) -> ResolutionState:
    """Owe the action; a new freeze voids the approvals and the lock that did not know of it."""
    kept = state.approvals
    if data.action == "freeze":
        kept = tuple(a for a in kept if a.proposal_id in state.proposals)
        state = _unlocked(state, data.user_id)
    return state.model_copy(
        update={
            "effects": (*state.effects, Effect(order=data)),
            "due": state.owing(due(event, data.key, "act", after=data.after)),
            "approvals": kept,
            "held": state.held and data.proposal_id != state.at_hand,
            "moved": event.sequence,
        }
    )


def on_withdrawals_locked(
    state: ResolutionState, data: WithdrawalsLocked, event: Envelope
) -> ResolutionState:
    """Wait for the second stage of an unfreeze."""
    about = {"user_id": data.user_id, "proposal_id": data.proposal_id}
    timer = due(event, UNLOCK + data.key, "timer", data.until, **about)
    return state.model_copy(update={"due": state.owing(timer), "moved": event.sequence})


def on_lock_ended(state: ResolutionState, data: LockEnded, event: Envelope) -> ResolutionState:
    """Wait no more."""
    return _unlocked(state, data.user_id).seen(event)


def _unlocked(state: ResolutionState, user_id: str) -> ResolutionState:
    return state.model_copy(update={"due": state.without(*state.locks(user_id))})


def on_effect_verified(
    state: ResolutionState, data: EffectVerified, _event: Envelope
) -> ResolutionState:
    """The work is done."""
    return _ended(state, data.key, "verified")


def on_effect_failed(
    state: ResolutionState, data: EffectFailed, event: Envelope
) -> ResolutionState:
    """The work is given up, and with it the proposal it belongs to."""
    state = _ended(state, data.key, "failed").dropping(data.proposal_id)
    return state.model_copy(update={"moved": event.sequence})


def on_proposal_noted(
    state: ResolutionState, data: ProposalNoted, event: Envelope
) -> ResolutionState:
    """The newest proposal is the one at hand; the one before it is void."""
    return state.dropping(state.at_hand).model_copy(
        update={
            "proposal": data.proposal,
            "plan": data.effects,
            "proposals": (*state.proposals, data.proposal.proposal_id),
            "moved": event.sequence,
        }
    )


def on_identity_awaited(
    state: ResolutionState, _data: IdentityAwaited, event: Envelope
) -> ResolutionState:
    """Wait for proof."""
    return state.model_copy(update={"held": True, "moved": event.sequence})


def on_approval_requested(
    state: ResolutionState, data: ApprovalRequested, _event: Envelope
) -> ResolutionState:
    """Wait for people."""
    awaited = Approval(
        proposal_id=data.proposal_id,
        needed=data.needed,
        proposed_by=data.proposed_by,
        reason=data.reason,
        role=data.role,
    )
    return state.model_copy(update={"approvals": (*state.approvals, awaited)})


def on_approval_given(
    state: ResolutionState, data: ApprovalGiven, _event: Envelope
) -> ResolutionState:
    """Count one person; enough of them end the wait."""
    counted = (
        _counting(a, data) if a.proposal_id == data.proposal_id else a for a in state.approvals
    )
    waiting = tuple(a for a in counted if len(a.given) < a.needed)
    return state.model_copy(update={"approvals": waiting})


def _counting(awaited: Approval, data: ApprovalGiven) -> Approval:
    role = None if data.role == awaited.role else awaited.role
    return awaited.model_copy(update={"given": (*awaited.given, data.staff), "role": role})


def on_approval_denied(
    state: ResolutionState, data: ApprovalDenied, event: Envelope
) -> ResolutionState:
    """The proposal is off."""
    return state.dropping(data.proposal_id).model_copy(update={"moved": event.sequence})


def _ended(state: ResolutionState, key: str, status: EffectStatus) -> ResolutionState:
    effects = tuple(
        e.model_copy(update={"status": status})
        if e.order.key == key and e.status == "requested"
        else e
        for e in state.effects
    )
    return state.model_copy(update={"effects": effects, "due": state.without(key)})


EFFECTS: Mapping[type[Event], EvolveRule] = {
    CaseNoted: on_case_noted,
    FreezeNotPossible: on_freeze_not_possible,
    EffectRequested: on_effect_requested,
    EffectVerified: on_effect_verified,
    EffectFailed: on_effect_failed,
    WithdrawalsLocked: on_withdrawals_locked,
    LockEnded: on_lock_ended,
    ProposalNoted: on_proposal_noted,
    IdentityAwaited: on_identity_awaited,
    ApprovalRequested: on_approval_requested,
    ApprovalGiven: on_approval_given,
    ApprovalDenied: on_approval_denied,
}
