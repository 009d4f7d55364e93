"""How the events about the course of a case change it: its start, its owner, its end."""

from collections.abc import Mapping

from services.investigation.state.case import InvestigationState, Owner, asked
from shared.decider import EvolveRule
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.investigation import (
    AppealNoted,
    AssignmentNoted,
    CauseDetermined,
    FactsNoted,
    FindingNoted,
    FindingRecorded,
    FixNoted,
    InvestigationEnded,
    InvestigationStarted,
    PointFinding,
    RemedyProposed,
    WorkItemClosed,
    WorkItemOpened,
)


def on_facts_noted(
    state: InvestigationState, data: FactsNoted, _event: Envelope
) -> InvestigationState:
    """What the sources are asked about."""
    return state.model_copy(update={"claim": data.claim})


def on_assignment_noted(
    state: InvestigationState, data: AssignmentNoted, event: Envelope
) -> InvestigationState:
    """Whose case it is; the owner of a level that has not started waits for it."""
    owner = Owner(**data.model_dump(include=set(Owner.model_fields)))
    same = data.level == state.level
    return state.seen(event, owner=owner, assignee=data.assignee if same else state.assignee)


def on_appeal_noted(
    state: InvestigationState, data: AppealNoted, _event: Envelope
) -> InvestigationState:
    """What the next level must answer."""
    return state.model_copy(update={"appeal_level": data.level, "points": data.points})


def on_fix_noted(state: InvestigationState, data: FixNoted, _event: Envelope) -> InvestigationState:
    """The problem behind the case is mended."""
    return state.model_copy(update={"fix": data.problem_id})


def on_investigation_started(
    state: InvestigationState, data: InvestigationStarted, event: Envelope
) -> InvestigationState:
    """A level begins, or begins again: its sources are asked, nothing is found yet."""
    turn = state.round + 1
    return state.seen(
        event,
        **data.model_dump(include={"level", "category", "playbook", "sources", "assignee"}),
        owner=Owner(**data.model_dump(include=set(Owner.model_fields))),
        found={},
        due=asked(event, data.sources, turn),
        round=turn,
        attempts={},
        unsettled=0,
        sighted=False,
        missing=(),
        task=None,
        finding=None,
        details={},
        cause=None,
        proposal=None,
    )


def on_finding_recorded(
    state: InvestigationState, data: FindingRecorded, event: Envelope
) -> InvestigationState:
    """What the playbook found."""
    return state.seen(event, finding=data.finding, details=data.details)


def on_finding_noted(
    state: InvestigationState, data: FindingNoted, event: Envelope
) -> InvestigationState:
    """What a person found; on a point it stands until the next one on the same."""
    if data.point is None:
        return state.seen(event)
    one = PointFinding(point=data.point, finding=data.finding, reason=data.reason)
    return state.seen(event, found={**state.found, data.point: one})


def on_work_item_opened(
    state: InvestigationState, data: WorkItemOpened, event: Envelope
) -> InvestigationState:
    """A person is to propose; what was proposed before no longer stands."""
    return state.seen(event, task=data.reason, proposal=None)


def on_work_item_closed(
    state: InvestigationState, _data: WorkItemClosed, event: Envelope
) -> InvestigationState:
    """Nobody is needed any more."""
    return state.seen(event, task=None)


def on_cause_determined(
    state: InvestigationState, data: CauseDetermined, event: Envelope
) -> InvestigationState:
    """Why it happened."""
    return state.seen(event, cause=data.cause)


def on_remedy_proposed(
    state: InvestigationState, data: RemedyProposed, event: Envelope
) -> InvestigationState:
    """Resolution has it now."""
    return state.seen(event, proposal=data.proposal_id, task=None)


def on_investigation_ended(
    state: InvestigationState, data: InvestigationEnded, event: Envelope
) -> InvestigationState:
    """Nothing is asked any more; the evidence stays in the log."""
    return state.seen(event, ended=data.level, task=None, evidence={}, due={})


COURSE: Mapping[type[Event], EvolveRule] = {
    FactsNoted: on_facts_noted,
    AssignmentNoted: on_assignment_noted,
    AppealNoted: on_appeal_noted,
    FixNoted: on_fix_noted,
    InvestigationStarted: on_investigation_started,
    FindingRecorded: on_finding_recorded,
    FindingNoted: on_finding_noted,
    WorkItemOpened: on_work_item_opened,
    WorkItemClosed: on_work_item_closed,
    CauseDetermined: on_cause_determined,
    RemedyProposed: on_remedy_proposed,
    InvestigationEnded: on_investigation_ended,
}
