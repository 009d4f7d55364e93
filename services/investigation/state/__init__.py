"""What investigation knows of a complaint, and how its own events change that."""

from collections.abc import Mapping

from services.investigation.state.case import InvestigationState
from services.investigation.state.course import COURSE
from services.investigation.state.evidence import EVIDENCE
from services.investigation.state.proposals import PROPOSALS
from shared.decider import EvolveRule
from shared.events.base import Event

__all__ = ["EVOLVE", "InvestigationState"]

EVOLVE: Mapping[type[Event], EvolveRule] = {**COURSE, **EVIDENCE, **PROPOSALS}
