"""How a draft, and the proposal that it becomes, change the case."""

from collections.abc import Mapping

from services.investigation.state.case import PRECEDENT, InvestigationState, Stands
from services.investigation.state.course import ESCALATE, REMIND
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.investigation import ProposalDrafted, RemedyProposed


def on_proposal_drafted(
    state: InvestigationState, data: ProposalDrafted, event: Envelope
) -> InvestigationState:
    """Other cases are looked at first."""
    key = f"{PRECEDENT}:{data.proposal.proposal_id}"
    look = due(event, key, PRECEDENT, about=data.about)
    return state.seen(event, draft=data, due=state.owing(look))


def on_remedy_proposed(
    state: InvestigationState, data: RemedyProposed, event: Envelope
) -> InvestigationState:
    """Resolution has it now. What differs for a reason is no precedent."""
    draft, stands = state.draft, None
    if draft is not None and data.precedent_reason is None:
        stands = Stands(about=draft.about, answer=draft.answer, at=event.time)
    known = state.undrafted()
    left = known.without(REMIND, ESCALATE)
    return known.seen(event, proposal=data.proposal_id, task=None, stands=stands, due=left)


PROPOSALS: Mapping[type[Event], EvolveRule] = {
    ProposalDrafted: on_proposal_drafted,
    RemedyProposed: on_remedy_proposed,
}
