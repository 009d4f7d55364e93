"""How the events about the course of a case change it: its start, its owner, its end."""

from collections.abc import Mapping

from services.investigation.state.case import InvestigationState, Owner, asked
from shared.decider import EvolveRule, due
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
    WorkItemClosed,
    WorkItemEscalated,
    WorkItemOpened,
    WorkItemReminded,
)

REMIND, ESCALATE = "task:remind", "task:escalate"


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
        advised=None,
        cause=None,
        proposal=None,
        draft=None,
    )


def on_finding_recorded(
    state: InvestigationState, data: FindingRecorded, event: Envelope
) -> InvestigationState:
    """What the playbook found."""
    return state.seen(event, finding=data.finding, details=data.details, advised=data.remedy)


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
    times = {REMIND: data.remind_at, ESCALATE: data.escalate_at}
    timers = (due(event, key, "timer", at) for key, at in times.items() if at)
    left = state.undrafted().owing(*timers)
    return state.undrafted().seen(event, task=data.reason, proposal=None, due=left)


def on_work_item_reminded(
    state: InvestigationState, _data: WorkItemReminded, _event: Envelope
) -> InvestigationState:
    """Said once."""
    return state.model_copy(update={"due": state.without(REMIND)})


def on_work_item_escalated(
    state: InvestigationState, _data: WorkItemEscalated, _event: Envelope
) -> InvestigationState:
    """Said once."""
    return state.model_copy(update={"due": state.without(REMIND, ESCALATE)})


def on_work_item_closed(
    state: InvestigationState, _data: WorkItemClosed, event: Envelope
) -> InvestigationState:
    """Nobody is needed any more."""
    return state.seen(event, task=None, due=state.without(REMIND, ESCALATE))


def on_cause_determined(
    state: InvestigationState, data: CauseDetermined, event: Envelope
) -> InvestigationState:
    """Why it happened."""
    return state.seen(event, cause=data.cause)


def on_investigation_ended(
    state: InvestigationState, data: InvestigationEnded, event: Envelope
) -> InvestigationState:
    """Nothing is asked any more; the evidence stays in the log."""
    return state.seen(event, ended=data.level, task=None, draft=None, evidence={}, due={})


COURSE: Mapping[type[Event], EvolveRule] = {
    FactsNoted: on_facts_noted,
    AssignmentNoted: on_assignment_noted,
    AppealNoted: on_appeal_noted,
    FixNoted: on_fix_noted,
    InvestigationStarted: on_investigation_started,
    FindingRecorded: on_finding_recorded,
    FindingNoted: on_finding_noted,
    WorkItemOpened: on_work_item_opened,
    WorkItemReminded: on_work_item_reminded,
    WorkItemEscalated: on_work_item_escalated,
    WorkItemClosed: on_work_item_closed,
    CauseDetermined: on_cause_determined,
    InvestigationEnded: on_investigation_ended,
}
