"""Investigation's rules: what each input leads to."""

from collections.abc import Mapping

from services.investigation.decide.case import CASE
from services.investigation.decide.evidence import EVIDENCE
from services.investigation.decide.precedents import PRECEDENTS
from services.investigation.decide.staff import STAFF
from services.investigation.rules.tasks import on_task_waits
from services.investigation.state import EVOLVE, InvestigationState
from shared.decider import Decider, DecideRule
from shared.events.base import Event, Input, TimerElapsed

DECIDE: Mapping[type[Event | Input], DecideRule] = {
    **CASE,
    **EVIDENCE,
    **PRECEDENTS,
    **STAFF,
    TimerElapsed: on_task_waits,
}
DECIDER = Decider(InvestigationState, DECIDE, EVOLVE)
