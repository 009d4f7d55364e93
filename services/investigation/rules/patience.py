"""Sources that leave it open what there is: how often, and how soon, they are asked again."""

from datetime import timedelta

from services.investigation.state import InvestigationState
from shared.decider import Context

MOST_DOUBLINGS = 10


def asks_again(state: InvestigationState, context: Context) -> bool:
    """Whether another look may settle it; a person has the last word."""
    return state.unsettled + 1 < context.policy.investigation.source_attempts


def pause(state: InvestigationState, context: Context) -> timedelta:
    """Soon, then less and less often."""
    policy = context.policy.investigation
    return min(policy.source_again * (1 << min(state.unsettled, MOST_DOUBLINGS)), policy.recheck)
