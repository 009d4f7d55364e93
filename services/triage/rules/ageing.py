"""A case near its due instant is more urgent: its own clock says so, nobody scans. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from services.triage.rules.urgency import at_least, one_step_up
from services.triage.state import TriageState
from shared.decider import Context
from shared.events.base import Event
from shared.events.triage import ClockWarned

RESOLUTION = "resolution"
AGEING = "ageing"


def aged(state: TriageState, told: Iterable[Event], context: Context) -> list[Event]:
    """One step up where the time to resolve the case is used to its priority's share.

    `told` are the thresholds that clocks have just reached. Age alone makes no P1.
    """
    share = context.policy.triage.ageing.get(state.priority)
    used = [
        event.share
        for event in told
        if isinstance(event, ClockWarned)
        and (event.clock, event.level) == (RESOLUTION, state.level)
    ]
    if share is None or max(used, default=0) < share:
        return []
    return at_least(state, one_step_up(state.priority), AGEING, context)
