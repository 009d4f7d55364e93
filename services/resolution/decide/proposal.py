"""From a proposal over approvals and effects to the decision."""

from services.resolution.rules.approvals import (
    approval_for,
    fault_of_approval,
    one_more,
)
from services.resolution.rules.decisions import (
    decision_on,
    double_claim_on,
    next_step,
    withdrawal,
)
from services.resolution.rules.freezes import again, unfreezes, wears_off
from services.resolution.rules.proofs import TOO_LOW
from services.resolution.rules.remedies import plan_of
from services.resolution.state import ResolutionState
from services.resolution.state.case import Approval
from shared.decider import Context
from shared.events.base import Event
from shared.events.investigation import RemedyProposed
from shared.events.resolution import (
    ApprovalDenied,
    ApprovalRefused,
    ApprovalRequested,
    ApprovalSubmitted,
    EffectCarriedOut,
    EffectFailed,
    EffectRequested,
    EffectVerified,
    ProposalNoted,
)

ALREADY_CREDITED = "already_credited"


def on_remedy_proposed(
    state: ResolutionState, data: RemedyProposed, context: Context
) -> list[Event]:
    """Decide at once, act first, or ask two people first."""
    if _outdated(state, data):
        return []
    plan = plan_of(data, state, context)
    if isinstance(plan, EffectFailed):
        return [ProposalNoted(proposal=data, effects=()), plan]
    if not plan:
        return [decision_on(data, context)]
    noted = ProposalNoted(proposal=data, effects=plan)
    verified = state.keys("verified")
    still = [order for order in plan if order.key not in verified]
    asked = approval_for(still, data, state, context.policy.resolution)
    if asked is None:
        return [noted, next_step(state, data, plan, verified, context)]
    requested = ApprovalRequested(
        proposal_id=data.proposal_id,
        needed=asked.people,
        reason=asked.reason,
        proposed_by=data.proposed_by,
        role=asked.role,
    )
    return [noted, requested]


def _outdated(state: ResolutionState, data: RemedyProposed) -> bool:
    """A proposal for a case that is over, decided at this level, or acted upon already."""
    return bool(
        state.closed
        or state.withdrawn
        or data.level != state.level
        or data.proposal_id in state.proposals
        or any(decision.level == data.level for decision in state.decisions)
        or any(order.key in state.keys("requested") for order in state.plan)
    )


def on_approval_submitted(
    state: ResolutionState, data: ApprovalSubmitted, context: Context
) -> list[Event]:
    """Count an approval; the last one sets the work going, a denial ends the proposal."""
    awaited = state.approval(data.proposal_id) or _held(state, data)
    if awaited is None:
        return [_refused("wrong-proposal", data, context)]
    if rule := fault_of_approval(state, data, awaited):
        return [_refused(rule, data, context)]
    if data.approve and state.held and data.proposal_id == state.at_hand:
        return [_refused(TOO_LOW, data, context)]
    if not data.approve:
        return [
            ApprovalDenied(
                proposal_id=data.proposal_id,
                staff=data.staff,
                reason=data.reason,
                level=state.level,
            )
        ]
    given = one_more(awaited, data)
    return [given, *(_approved(state, awaited, context) if given.given == given.needed else ())]


def _held(state: ResolutionState, data: ApprovalSubmitted) -> Approval | None:
    """A proposal that waits for proof alone: people may still deny it."""
    if not state.held or state.proposal is None or data.proposal_id != state.at_hand:
        return None
    by = state.proposal.proposed_by
    return Approval(proposal_id=data.proposal_id, needed=0, proposed_by=by)


def _refused(rule: str, data: ApprovalSubmitted, context: Context) -> ApprovalRefused:
    return ApprovalRefused(rule=rule, input_id=context.cause, staff=data.staff)


def _approved(state: ResolutionState, awaited: Approval, context: Context) -> list[Event]:
    if state.proposal and state.proposal.proposal_id == awaited.proposal_id:
        return [next_step(state, state.proposal, state.plan, state.keys("verified"), context)]
    return list(unfreezes(state, awaited, context))


def on_effect_carried_out(
    state: ResolutionState, data: EffectCarriedOut, context: Context
) -> list[Event]:
    """Record what the exchange did, and go on: the next effect, the decision, the end."""
    order = state.order(data.key)
    going_on = _going_on(state, order, data, context)
    facts = {"key": order.key, "action": order.action, "proposal_id": order.proposal_id}
    if data.status == "applied":
        done = EffectVerified(applied_at=data.applied_at, kept=data.kept, **facts)
        return [done, *going_on]
    if going_on:
        # Investigation takes a failed proposal up again; one that is settled here it must not.
        facts["proposal_id"] = None
    more = [again(order, context.complaint)] if wears_off(order, data.problem) else []
    return [EffectFailed(problem=data.problem or "refused", **facts), *more, *going_on]


def _going_on(
    state: ResolutionState, order: EffectRequested, data: EffectCarriedOut, context: Context
) -> list[Event]:
    if state.withdrawn and not state.closed:
        others = set(state.keys("requested")) - {order.key}
        return [] if others else withdrawal(state, context)
    proposal, verified = state.proposal, state.keys("verified")
    if proposal is None or order.proposal_id != proposal.proposal_id:
        return []
    if data.status == "applied":
        return [next_step(state, proposal, state.plan, (*verified, order.key), context)]
    paid = any(step.key in verified for step in state.plan)
    settled = data.problem == ALREADY_CREDITED and not paid
    return [double_claim_on(proposal, context)] if settled else []
