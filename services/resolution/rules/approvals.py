"""Who may approve what, and how many people it takes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.resolution.rules.remedies import MONEY
from services.resolution.state.case import Approval, ResolutionState
from shared.events.base import StaffCommand
from shared.events.investigation import RemedyProposed
from shared.events.resolution import ApprovalGiven, ApprovalSubmitted, EffectRequested
from shared.policy import ResolutionPolicy
from shared.rules.remedies import REMEDIES

FOUR_EYES = 2
DIRECTOR = "director"
APPROVERS = frozenset({"supervisor", DIRECTOR})
FREEZERS = frozenset({"agent", "supervisor"})


@dataclass(frozen=True)
class Asked:
    """Why how many different people must look at a plan first, one of them in a role."""

    reason: str
    people: int
    role: str | None = None


def approval_for(
    plan: Sequence[EffectRequested],
    proposal: RemedyProposed,
    state: ResolutionState,
    policy: ResolutionPolicy,
) -> Asked | None:
    """Who must look at a plan first; None when nobody needs to.

    Above what the role of the person who proposed may pay alone it takes one more, above that two,
    above the highest limit a director among them.
    """
    role = DIRECTOR if _beyond_all(plan, state, policy) else None
    if reason := _reason_for_two(plan, proposal, state, policy):
        return Asked(reason, FOUR_EYES, role)
    if role:
        return Asked("director-limit", FOUR_EYES, role)
    tables = [policy.propose_up_to.get(name, {}) for name in proposal.proposer_roles]
    if not tables or not policy.propose_up_to:
        return None
    return Asked("role-limit", 1) if _above(plan, state, *tables) else None


def _reason_for_two(
    plan: Sequence[EffectRequested],
    proposal: RemedyProposed,
    state: ResolutionState,
    policy: ResolutionPolicy,
) -> str | None:
    """Why two people must look at a plan first, None when nobody needs to.

    A remedy of the table may always take them, and so does a payment for a thing that
    `four_eyes_for` names.
    """
    rows = [(r.code, REMEDIES[r.code]) for r in proposal.remedies if r.code in REMEDIES]
    if plan and (code := next((code for code, row in rows if row.people >= FOUR_EYES), None)):
        return code
    if any((order.reference or "").lower().startswith(policy.four_eyes_for) for order in plan):
        return "thing"
    return "amount" if _above(plan, state, policy.four_eyes_above) else None


def _beyond_all(
    plan: Sequence[EffectRequested], state: ResolutionState, policy: ResolutionPolicy
) -> bool:
    return bool(policy.director_above) and _above(plan, state, policy.director_above)


def _above(
    plan: Sequence[EffectRequested], state: ResolutionState, *tables: dict[str, Decimal]
) -> bool:
    """Whether a payment of the plan, with all in its asset, is above the highest of its limits.

    Everything that the case pays counts, whatever it is for and however it is paid, with what it
    paid before: a payment cut into small ones, or into a credit and a compensation, is no smaller.
    """
    requested = (e.order for e in state.effects if e.status != "failed")
    payments = {o.key: o for o in (*requested, *plan) if o.action in MONEY}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in payments.values():
        sums[order.asset or ""] += order.amount or 0
    return any(
        sums[order.asset or ""] > max(limit_of(order.asset or "", table) for table in tables)
        for order in plan
        if order.action in MONEY
    )


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
    return "director-needed" if data.approve and lacks_role(awaited, data.roles) else None


def lacks_role(awaited: Approval, roles: Iterable[str]) -> bool:
    """Whether somebody in these roles would be the last to approve, without the role needed."""
    last = len(awaited.given) + 1 == awaited.needed
    return last and awaited.role not in {None, *roles}


def one_more(awaited: Approval, data: StaffCommand) -> ApprovalGiven:
    """One person's approval, counted."""
    return ApprovalGiven(
        proposal_id=awaited.proposal_id,
        staff=data.staff,
        given=len(awaited.given) + 1,
        needed=awaited.needed,
        role=DIRECTOR if DIRECTOR in data.roles else "supervisor",
    )
