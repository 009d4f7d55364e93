"""The start of a level, and its start anew when facts arrive later."""

from services.investigation.rules.conclude import conclude
from services.investigation.rules.plan import opening, started
from services.investigation.rules.tasks import finished
from services.investigation.state import InvestigationState
from shared.decider import Context
from shared.events.base import Event
from shared.events.investigation import InvestigationStarted


def begun(state: InvestigationState, context: Context) -> list[Event]:
    """The next level, if all that it needs is known."""
    plan = opening(state, context.policy.investigation)
    return [] if plan is None else _under(plan, state, context)


def begun_again(state: InvestigationState, context: Context) -> list[Event]:
    """The present level anew, as long as nobody has drawn a conclusion."""
    if state.level == 0 or state.over or state.cause:
        return []
    policy = context.policy.investigation
    plan = started(state, state.level, state.category, state.assignee, policy)
    return [*finished(state, "asked-anew"), *_under(plan, state, context)]


def _under(plan: InvestigationStarted, state: InvestigationState, context: Context) -> list[Event]:
    if plan.sources:
        return [plan]
    changes = plan.model_dump(include={"level", "category", "playbook", "assignee"})
    return [plan, *conclude(state.model_copy(update=changes), context)]
