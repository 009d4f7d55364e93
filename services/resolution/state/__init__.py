"""What resolution knows of a complaint, and how its own events change that."""

from collections.abc import Mapping

from services.resolution.state.aftercare import AFTERCARE
from services.resolution.state.case import ResolutionState
from services.resolution.state.decisions import DECISIONS
from services.resolution.state.effects import EFFECTS
from services.resolution.state.reviews import REVIEWS
from shared.decider import EvolveRule
from shared.events.base import Event

__all__ = ["EVOLVE", "ResolutionState"]

EVOLVE: Mapping[type[Event], EvolveRule] = {
    **EFFECTS,
    **DECISIONS,
    **AFTERCARE,
    **REVIEWS,
}
