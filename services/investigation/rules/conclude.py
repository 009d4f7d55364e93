"""What follows once every source has answered: a proposal, another look, or a person's work."""

import uuid
from collections.abc import Iterable

from services.investigation.playbooks.catalogue import DEPOSIT
from services.investigation.playbooks.deposit import DepositFinding, judge_deposit
from services.investigation.rules.conclusions import CONCLUSIONS, Conclusion
from services.investigation.rules.deposit import facts_of, is_withdrawal, payments, plain_details
from services.investigation.state import InvestigationState
from shared.decider import Context
from shared.events.base import Event, Remedy
from shared.events.investigation import (
    CauseDetermined,
    FindingRecorded,
    RecheckScheduled,
    RemedyProposed,
    WorkItemOpened,
)
from shared.events.personal import Personal

WAIT, MONEY = "confirmed_wait", "credit_and_compensate"
PLAYBOOK = "playbook:deposit"
SUGGESTION = Conclusion(outcome="upheld", cause="rules_applied", confidence=1.0)


def conclude(state: InvestigationState, context: Context) -> list[Event]:
    """The end of a round. A person hears every appeal and whatever no playbook decides."""
    if state.level > 1:
        return [task(state, "appeal")]
    if state.category == "product_suggestion":
        return _suggestion(state, context)
    if state.missing:
        return [task(state, "source-unavailable")]
    if state.playbook is None:
        return [task(state, CONCLUSIONS.tasks.get(state.category, "no-playbook"))]
    return _judged(state, context)


def task(state: InvestigationState, reason: str) -> WorkItemOpened:
    """Work for the person who has the case."""
    return WorkItemOpened(
        level=state.level,
        category=state.category,
        assignee=state.assignee,
        reason=reason,
        points=state.points,
    )


def _judged(state: InvestigationState, context: Context) -> list[Event]:
    case = None if is_withdrawal(state) else facts_of(state, context.complaint)
    if case is None:
        return [task(state, "withdrawal" if is_withdrawal(state) else "facts-missing")]
    found = judge_deposit(case)
    details = plain_details(found)
    if found.finding == WAIT:
        at = context.now + context.policy.investigation.recheck
        return [RecheckScheduled(at=at, finding=found.finding, details=details)]
    recorded = FindingRecorded(
        level=state.level,
        finding=found.finding,
        remedy=found.remedy,
        details=details,
        explanation=found.explanation,
        playbook_version=DEPOSIT.version,
    )
    conclusion = CONCLUSIONS.of(found.finding, found.remedy, found.details)
    if conclusion is None:
        return [recorded, task(state, found.finding.replace("_", "-"))]
    return [recorded, *_decided(state, found, conclusion, context)]


def _decided(
    state: InvestigationState, found: DepositFinding, conclusion: Conclusion, context: Context
) -> list[Event]:
    rate = context.policy.resolution.delay_compensation_rate
    paid = found.remedy == MONEY
    remedies = payments(state, found, rate) if paid else [Remedy(code=found.remedy)]
    doubts = tuple(name for name in CONCLUSIONS.contradicting if found.details.get(name))
    cause = CauseDetermined(
        level=state.level,
        cause=conclusion.cause,
        confidence=conclusion.confidence,
        contradicting=doubts,
        decided_by=PLAYBOOK,
    )
    proposed = _proposal(state, found.finding, conclusion, remedies, context)
    details, words = plain_details(found), Personal(found.explanation)
    return [cause, proposed.model_copy(update={"details": details, "explanation": words})]


def _suggestion(state: InvestigationState, context: Context) -> list[Event]:
    """A wish needs no evidence: it goes to the product team at once."""
    cause = CauseDetermined(
        level=state.level, cause=SUGGESTION.cause, confidence=1.0, decided_by="rule:suggestion"
    )
    note = [Remedy(code="product_note")]
    proposed = _proposal(state, "suggestion", SUGGESTION, note, context)
    return [cause, proposed.model_copy(update={"proposed_by": cause.decided_by})]


def _proposal(
    state: InvestigationState,
    finding: str,
    conclusion: Conclusion,
    remedies: Iterable[Remedy],
    context: Context,
) -> RemedyProposed:
    return RemedyProposed(
        proposal_id=proposal_id(context),
        level=state.level,
        outcome=conclusion.outcome,
        finding=finding,
        cause=conclusion.cause,
        remedies=tuple(remedies),
        details={},
        proposed_by=PLAYBOOK,
    )


def proposal_id(context: Context) -> str:
    """The id of what is proposed because of this input; the same every time."""
    return str(uuid.uuid5(uuid.UUID(context.complaint), f"proposal|{context.cause}"))
