"""Whether a decision can still be contested here. Pure."""

from services.resolution.state.case import Decision, ResolutionState
from shared.decider import Context


def fault_of_appeal(state: ResolutionState, decision: Decision, context: Context) -> str | None:
    """Why not, as a code; None where it can."""
    policy = context.policy.resolution
    if state.withdrawn:
        return "withdrawn"
    if decision.appealed:
        return "already-appealed"
    if decision.level >= policy.last_level:
        return "last-level"
    return "too-late" if context.now > decision.made_at + policy.appeal_within else None
