"""What resolution's tests feed it: proposals, escalations, the words of people."""

from decimal import Decimal

from services.resolution.decide import DECIDER
from shared.events.base import Remedy
from shared.events.intake import (
    AppealReceived,
    ComplaintWithdrawn,
    ConfirmationReceived,
    RatingReceived,
)
from shared.events.investigation import RemedyProposed
from shared.events.personal import Personal
from shared.events.resolution import (
    ApprovalSubmitted,
    EffectCarriedOut,
    FreezeSubmitted,
    UnfreezeSubmitted,
)
from shared.events.triage import CaseClassified, CaseEscalated, ClockBreached, IdentityNoted
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario

TXID = "ab" * 32
THING = f"bitcoin|{TXID}|1"
CREDIT = f"credit|{THING}"
DELAY = f"compensate|{THING}|delay"
USER = "u-100"


def a_case(policy="default", proved=USER, level="L3"):
    """A case whose customer proved to hold that account."""
    case = Scenario(STAGES["resolution"], DECIDER, policy)
    case.state = case.state.model_copy(update={"proved": {proved: level}})
    return case


def unproved(policy="default"):
    """A case whose customer proved nothing yet."""
    return Scenario(STAGES["resolution"], DECIDER, policy)


def credit(amount="0.5", **fields):
    usual = {"user_id": USER, "asset": "BTC", "amount": Decimal(amount), "thing": THING}
    return Remedy(code="credit", **(usual | fields))


def compensate(amount="0.0005", **fields):
    usual = {"user_id": USER, "asset": "BTC", "amount": Decimal(amount), "thing": f"{THING}|delay"}
    return Remedy(code="compensate", **(usual | fields))


def proposal(*remedies, **fields):
    usual = {
        "proposal_id": "p-1",
        "level": 1,
        "outcome": "upheld",
        "finding": "credited_internal_delay",
        "cause": "platform",
        "details": {"confirmations": 8},
        "explanation": Personal("Your deposit was late because of us."),
        "proposed_by": "playbook:deposit",
    }
    return RemedyProposed(remedies=remedies, **(usual | fields))


def escalated(user_id=USER, identity="L1"):
    return CaseEscalated(user_id=user_id, identity=identity, reason="takeover")


def known(level="L1", user_id=USER):
    return IdentityNoted(user_id=user_id, level=level)


def classified(user_id=USER, priority="P2", identity="L0"):
    return CaseClassified(
        category="deposit_withdrawal",
        language="en",
        priority=priority,
        emergency=False,
        confidence=0.9,
        reasons=(),
        rules_version="1",
        team="deposits",
        user_id=user_id,
        identity=identity,
    )


def breached():
    return ClockBreached(clock="resolution", level=1, due_at=START, detected_at=START)


def approve(staff, proposal_id="p-1", yes=True, **fields):
    usual = {"roles": ("supervisor",), "reason": "checked"}
    return ApprovalSubmitted(staff=staff, proposal_id=proposal_id, approve=yes, **(usual | fields))


def freeze(staff="agent-1", roles=("agent",), **fields):
    return FreezeSubmitted(staff=staff, roles=roles, reason="takeover", **fields)


def unfreeze(staff, roles=("supervisor",), reason="proven", **fields):
    return UnfreezeSubmitted(staff=staff, roles=roles, reason=reason, **fields)


def applied(case, key):
    return case.result(key, EffectCarriedOut, status="applied", applied_at=case.now)


def refused(case, key, problem):
    return case.result(key, EffectCarriedOut, status="refused", problem=problem)


def decided(case, *remedies, **fields):
    """A decision on words alone; its id."""
    (decision,) = case.when(proposal(*(remedies or (Remedy(code="explain"),)), **fields))
    return decision.decision_id


def confirmed(decision_id, satisfied=True):
    return ConfirmationReceived(decision_id=decision_id, satisfied=satisfied)


def appealed(decision_id):
    return AppealReceived(
        decision_id=decision_id, points=("the amount",), reason=Personal("I sent more.")
    )


def rated(decision_id, score=5):
    return RatingReceived(decision_id=decision_id, score=score)


def withdrawn():
    return ComplaintWithdrawn()


def kinds(events):
    return [type(event).__name__ for event in events]
