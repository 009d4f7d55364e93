"""What follows once every source has answered: a proposal, another look, or a person's work."""

import uuid
from dataclasses import replace

from services.investigation.rules.conclusions import CONCLUSIONS, TASKS, Conclusion
from services.investigation.rules.gate import Proposed, article_of, gap, own_answers
from services.investigation.rules.judges import JUDGES
from services.investigation.rules.judging import Judgement
from services.investigation.rules.precedents import drafted
from services.investigation.state import InvestigationState
from shared.decider import Context
from shared.events.base import Event
from shared.events.investigation import (
    CauseDetermined,
    FindingRecorded,
    RecheckScheduled,
    RemedyProposed,
    WorkItemOpened,
)
from shared.events.personal import Personal


def conclude(state: InvestigationState, context: Context) -> list[Event]:
    """The end of a round. A person hears every appeal and whatever no playbook decides."""
    if state.level > 1:
        return [task(state, context, "appeal")]
    if state.missing:
        return [task(state, context, "source-unavailable")]
    if state.playbook is None:
        return [task(state, context, TASKS.get(state.category, "no-playbook"))]
    return _judged(state.playbook, state, context)


def task(state: InvestigationState, context: Context, reason: str) -> WorkItemOpened:
    """Work for the person who has the case, and when it is asked after."""
    policy = context.policy.investigation
    return WorkItemOpened(
        level=state.level,
        category=state.category,
        assignee=state.assignee,
        reason=reason,
        points=state.raised,
        remind_at=context.now + policy.remind_task,
        escalate_at=context.now + policy.escalate_task,
        article=article_of(reason, context.policy.triage.pack),
    )


def _judged(playbook: str, state: InvestigationState, context: Context) -> list[Event]:
    found = JUDGES[playbook](state, context)
    if isinstance(found, str):
        return [task(state, context, found)]
    if found.again:
        at = context.now + (found.after or context.policy.investigation.recheck)
        return [RecheckScheduled(at=at, finding=found.finding, details=found.details)]
    recorded = FindingRecorded(
        level=state.level,
        finding=found.finding,
        remedy=found.remedy,
        details=found.details,
        explanation=found.explanation,
        playbook_version=found.version,
        cancel=found.cancel,
    )
    judge = found.playbook or playbook
    conclusion = CONCLUSIONS[judge].of(found.finding, found.remedy, found.details)
    if conclusion is None:
        return [recorded, task(state, context, found.finding.replace("_", "-"))]
    return [recorded, *_decided(judge, state, found, conclusion, context)]


def _decided(
    playbook: str,
    state: InvestigationState,
    found: Judgement,
    conclusion: Conclusion,
    context: Context,
) -> list[Event]:
    by = f"playbook:{playbook}"
    words = Personal(found.explanation)
    said = Proposed(conclusion.outcome, found.finding, found.remedies, words)
    answers = own_answers(state, said)
    if rule := gap(state, replace(said, points=answers), context.policy.triage.pack):
        return [task(state, context, rule)]
    cause = _cause(state, conclusion, CONCLUSIONS[playbook].doubts(found.details), by)
    proposed = RemedyProposed(
        proposal_id=proposal_id(context),
        level=state.level,
        outcome=conclusion.outcome,
        finding=found.finding,
        cause=conclusion.cause,
        remedies=found.remedies,
        details=found.details,
        explanation=words,
        proposed_by=by,
        points=answers,
    )
    return [cause, drafted(state, proposed, [found.remedy], found.remedy)]


def _cause(
    state: InvestigationState, conclusion: Conclusion, doubts: tuple[str, ...], by: str
) -> CauseDetermined:
    return CauseDetermined(
        level=state.level,
        cause=conclusion.cause,
        confidence=conclusion.confidence,
        contradicting=doubts,
        decided_by=by,
    )


def proposal_id(context: Context) -> str:
    """The id of what is proposed because of this input; the same every time."""
    return str(uuid.uuid5(uuid.UUID(context.complaint), f"proposal|{context.cause}"))
