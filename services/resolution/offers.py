"""What of resolution's commands the pages offer, to whom and when. Pure; the rules decide."""

from collections.abc import Mapping
from datetime import UTC, datetime

from services.resolution.rules.approvals import lacks_role
from services.resolution.state import ResolutionState
from shared.http.tokens import Principal
from shared.runner.staff import Offer, Offers

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def approve(state: ResolutionState, who: Principal) -> list[Offer]:
    """Each proposal that waits for one more person, but for who proposed or approved it.

    The last of them is in the role that is still needed.
    """
    return [
        _of(awaited.proposal_id)
        for awaited in state.approvals
        if who.subject not in (awaited.proposed_by, *awaited.given)
        and not lacks_role(awaited, who.roles)
    ]


def deny(state: ResolutionState, who: Principal) -> list[Offer]:
    """Each proposal that waits for people, and one that waits for proof of the account."""
    awaited = [a.proposal_id for a in state.approvals if a.proposed_by != who.subject]
    held = state.proposal if state.held else None
    if held and held.proposed_by != who.subject and held.proposal_id not in awaited:
        awaited.append(held.proposal_id)
    return [_of(proposal) for proposal in awaited]


def freeze(state: ResolutionState, _who: Principal) -> list[Offer]:
    """As long as the case is open."""
    return [] if state.closed else [Offer()]


def unfreeze(state: ResolutionState, _who: Principal) -> list[Offer]:
    """Where the case froze something; one that ran out by itself is refused by the rules."""
    return [Offer()] if state.frozen(LONG_AGO) else []


def record_callback(state: ResolutionState, who: Principal) -> list[Offer]:
    """Each call that is due, but for who proposed the decision."""
    due = (d for d in state.decisions if d.callback == "asked" and d.proposed_by != who.subject)
    return [Offer({"decision_id": decision.decision_id}) for decision in due]


def refer_external(state: ResolutionState, _who: Principal) -> list[Offer]:
    """Once there is a decision; before the last level the rules refuse it."""
    return [Offer()] if state.decisions and state.referred is None else []


def external_decision(state: ResolutionState, _who: Principal) -> list[Offer]:
    """As long as somebody outside has it."""
    return [Offer()] if state.referred and not state.decided_outside else []


def plan_action(state: ResolutionState, _who: Principal) -> list[Offer]:
    """Once the case is on record for review, against what its last decision found."""
    latest = state.decisions[-1] if state.decisions and state.reviewed else None
    return [Offer({"against": latest.finding})] if latest else []


def complete_action(state: ResolutionState, _who: Principal) -> list[Offer]:
    """Each action that is not done."""
    return [Offer({"action_id": a.action_id}) for a in state.actions if a.done_at is None]


def _of(proposal: str) -> Offer:
    return Offer({"proposal_id": proposal})


OFFERS: Mapping[str, Offers] = {
    "approve": approve,
    "deny": deny,
    "freeze": freeze,
    "unfreeze": unfreeze,
    "record-callback": record_callback,
    "refer-external": refer_external,
    "plan-action": plan_action,
    "complete-action": complete_action,
    "external-decision": external_decision,
}
