"""What members of staff ask for: evidence, the root cause, a proposal."""

from collections.abc import Mapping

from services.investigation.rules.commands import (
    CAUSE_FIRST,
    against_cause,
    against_evidence,
    against_finding,
    against_proposal,
    against_superseding,
)
from services.investigation.rules.conclude import proposal_id
from services.investigation.rules.gate import article_of, gap, of_person
from services.investigation.rules.precedents import drafted
from services.investigation.state import InvestigationState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input, Remedy
from shared.events.investigation import (
    CauseDetermined,
    CauseRefused,
    CauseSubmitted,
    EvidenceAdded,
    EvidenceRefused,
    EvidenceSubmitted,
    EvidenceSuperseded,
    FindingNoted,
    FindingRefused,
    FindingSubmitted,
    ProposalRefused,
    ProposalSubmitted,
    RemedyProposed,
    StaffActed,
    SupersedingSubmitted,
)


def on_evidence_submitted(
    state: InvestigationState, data: EvidenceSubmitted, context: Context
) -> list[Event]:
    """A person adds evidence."""
    if rule := against_evidence(state, data):
        return [EvidenceRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    added = EvidenceAdded(evidence=data.evidence)
    return [added, StaffActed(staff=data.staff, act="add-evidence")]


def on_superseding_submitted(
    state: InvestigationState, data: SupersedingSubmitted, context: Context
) -> list[Event]:
    """A person says which of two pieces counts."""
    if rule := against_superseding(state, data):
        return [EvidenceRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    over = EvidenceSuperseded(evidence_id=data.evidence_id, by=data.by, staff=data.staff)
    return [over, StaffActed(staff=data.staff, act="supersede-evidence")]


def on_finding_submitted(
    state: InvestigationState, data: FindingSubmitted, context: Context
) -> list[Event]:
    """A person records what they found."""
    if rule := against_finding(state, data):
        return [FindingRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    noted = FindingNoted(
        level=state.level,
        finding=data.finding,
        confidence=data.confidence,
        contradicting=data.contradicting,
        reason=data.reason,
        point=data.point,
        found_by=data.staff,
    )
    return [noted, StaffActed(staff=data.staff, act="record-finding")]


def on_cause_submitted(
    state: InvestigationState, data: CauseSubmitted, context: Context
) -> list[Event]:
    """A person records the root cause."""
    if rule := against_cause(state, data):
        return [CauseRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    said = data.model_dump(include={"cause", "confidence", "contradicting", "detail", "reason"})
    return [CauseDetermined(level=state.level, decided_by=data.staff, **said)]


def on_proposal_submitted(
    state: InvestigationState, data: ProposalSubmitted, context: Context
) -> list[Event]:
    """A person proposes. The numbers of a recorded finding go with a proposal for it."""
    remedies = tuple(_to_customer(remedy, state) for remedy in data.remedies)
    asked = data.model_copy(update={"remedies": remedies})
    whole = of_person(state, asked)
    rule = against_proposal(state, asked) or gap(state, whole, context.policy.triage.pack)
    if rule or state.cause is None:
        article = article_of(rule or "", context.policy.triage.pack)
        said = {"rule": rule or CAUSE_FIRST, "article": article}
        return [ProposalRefused(input_id=context.cause, staff=data.staff, **said)]
    proposed = RemedyProposed(
        proposal_id=proposal_id(context),
        level=state.level,
        outcome=data.outcome,
        finding=data.finding,
        cause=state.cause,
        remedies=remedies,
        details=state.details if data.finding == state.finding else {},
        explanation=data.explanation,
        proposed_by=data.staff,
        proposer_roles=data.roles,
        points=whole.points,
        precedent_reason=data.precedent_reason,
    )
    advised = state.advised if data.finding == state.finding else None
    draft = drafted(state, proposed, (remedy.code for remedy in remedies), advised)
    return [draft, StaffActed(staff=data.staff, act="propose")]


def _to_customer(remedy: Remedy, state: InvestigationState) -> Remedy:
    """Whoever is to be paid is the customer, unless another account is named."""
    return remedy.model_copy(update={"user_id": remedy.user_id or state.claim.user_id})


STAFF: Mapping[type[Event | Input], DecideRule] = {
    EvidenceSubmitted: on_evidence_submitted,
    SupersedingSubmitted: on_superseding_submitted,
    FindingSubmitted: on_finding_submitted,
    CauseSubmitted: on_cause_submitted,
    ProposalSubmitted: on_proposal_submitted,
}
