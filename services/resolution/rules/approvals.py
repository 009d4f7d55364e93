"""Who may approve what, and how many people it takes."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from services.resolution.rules.remedies import MONEY
from services.resolution.state.case import Approval, ResolutionState
from shared.events.base import StaffCommand
from shared.events.investigation import RemedyProposed
from shared.events.resolution import ApprovalGiven, ApprovalSubmitted, EffectRequested
from shared.policy import ResolutionPolicy

FOUR_EYES = 2
APPROVERS = frozenset({"supervisor"})
FREEZERS = frozenset({"agent", "supervisor"})


def reason_for_approval(
    plan: Sequence[EffectRequested], state: ResolutionState, policy: ResolutionPolicy
) -> str | None:
    """Why two people must look at a plan first, None when nobody needs to.

    A payment for a thing that `four_eyes_for` names takes them whatever its amount. Payments of one
    kind and asset count together, with what the case paid before: a payment cut into small ones is
    no smaller.
    """
    if any(order.action == "unfreeze" for order in plan):
        return "unfreeze"
    if any((order.reference or "").lower().startswith(policy.four_eyes_for) for order in plan):
        return "thing"
    return "amount" if _above(plan, state, policy.four_eyes_above) else None


def _above(
    plan: Sequence[EffectRequested], state: ResolutionState, *tables: dict[str, Decimal]
) -> bool:
    """Whether a payment of the plan, with all of its kind, is above the highest of its limits."""
    requested = (e.order for e in state.effects if e.status != "failed")
    payments = {o.key: o for o in (*requested, *plan) if o.action in MONEY}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in payments.values():
        sums[order.action, order.asset or ""] += order.amount or 0
    return any(
        sums[order.action, order.asset or ""] > max(limit_of(order.asset or "", t) for t in tables)
        for order in plan
        if order.action in MONEY
    )


def approval_for(
    plan: Sequence[EffectRequested],
    proposal: RemedyProposed,
    state: ResolutionState,
    policy: ResolutionPolicy,
) -> tuple[str, int] | None:
    """Why how many people must look at a plan first; None when nobody needs to.

    Above what the role of the person who proposed may pay alone it takes one more.
    """
    if reason := reason_for_approval(plan, state, policy):
        return reason, FOUR_EYES
    tables = [policy.propose_up_to.get(role, {}) for role in proposal.proposer_roles]
    if not tables or not policy.propose_up_to:
        return None
    return ("role-limit", 1) if _above(plan, state, *tables) else None


def limit_of(asset: str, limits: dict[str, Decimal]) -> Decimal:
    """Up to this amount a playbook pays alone; nothing where no limit is set."""
    return limits.get(asset, limits.get("default", Decimal(0)))


def moved_on(state: ResolutionState, command: StaffCommand) -> bool:
    """Whether the case changed in a way that the person should have seen first."""
    return 0 < command.expected_sequence < state.moved


def fault_of_approval(
    state: ResolutionState, data: ApprovalSubmitted, awaited: Approval
) -> str | None:
    """The rule that an approval or a denial breaks, if any."""
    if moved_on(state, data):
        return "case-moved-on"
    if not APPROVERS.intersection(data.roles):
        return "role-too-low"
    if data.approve and data.staff in awaited.given:
        return "same-person"
    if data.staff == awaited.proposed_by:
        return "proposer"
    return None


def one_more(awaited: Approval, staff: str) -> ApprovalGiven:
    """One person's approval, counted."""
    return ApprovalGiven(
        proposal_id=awaited.proposal_id,
        staff=staff,
        given=len(awaited.given) + 1,
        needed=awaited.needed,
    )
