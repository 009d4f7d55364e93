"""Investigation's rules: what each input leads to."""

from collections.abc import Mapping

from services.investigation.decide.case import CASE
from services.investigation.decide.evidence import EVIDENCE
from services.investigation.decide.staff import STAFF
from services.investigation.state import EVOLVE, InvestigationState
from shared.decider import Decider, DecideRule
from shared.events.base import Event, Input

DECIDE: Mapping[type[Event | Input], DecideRule] = {**CASE, **EVIDENCE, **STAFF}
DECIDER = Decider(InvestigationState, DECIDE, EVOLVE)
