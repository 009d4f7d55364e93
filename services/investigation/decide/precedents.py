"""What the cases before tell of a draft: it becomes a proposal, or a person's work."""

from collections.abc import Mapping

from services.investigation.rules.conclude import task
from services.investigation.rules.precedents import REASON_MISSING, breaks_with
from services.investigation.rules.tasks import finished
from services.investigation.state import InvestigationState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.investigation import PrecedentRead


def on_precedent_read(
    state: InvestigationState, data: PrecedentRead, context: Context
) -> list[Event]:
    """Another answer than most got needs a reason, whoever proposes it."""
    draft = state.draft
    if draft is None:
        return []
    if breaks_with(draft, data.practice):
        return [task(state, context, REASON_MISSING)]
    by = draft.proposal.proposed_by
    staff = None if by.startswith("playbook:") else by
    return [draft.proposal, *finished(state, "proposed", staff)]


PRECEDENTS: Mapping[type[Event | Input], DecideRule] = {PrecedentRead: on_precedent_read}
