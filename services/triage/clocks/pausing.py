"""What stands still while we wait, and when it runs on: several waits may hold one clock. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from services.triage.clocks.counting import recounted, terms
from services.triage.clocks.rules import seconds
from services.triage.clocks.running import FIRST_ACTION, PROGRESS, RESOLUTION, name_of, parts_of
from shared.decider import Context
from shared.events.base import Event
from shared.events.triage import ClockPaused, ClockResumed

if TYPE_CHECKING:
    from services.triage.state import TriageState
    from shared.events.triage.clocks import PauseReason

PAUSED: Mapping[PauseReason, tuple[str, ...]] = {
    "customer": (FIRST_ACTION, RESOLUTION, PROGRESS),
    "chain": (RESOLUTION,),
}
"""What stands still while we wait for whom: never a freeze, never what the law sets."""


def paused(state: TriageState, reason: PauseReason, context: Context) -> list[Event]:
    """One more wait, and the clocks that stand still with it; none where they do already.

    A wait is noted where all its clocks are broken too: a letter starts none of them meanwhile.
    What was due before the wait began runs on to its breach, whichever is looked at first.
    """
    waiting = [(clock, name_of(clock, state.level)) for clock in PAUSED[reason]]
    known = {*state.clocks, *state.broken}.intersection(name for _, name in waiting)
    if reason in state.waits_for or not known:
        return []
    found = tuple(
        clock
        for clock, name in waiting
        if (running := state.clocks.get(name))
        and not running.paused
        and context.at <= running.due_at
    )
    return [ClockPaused(level=state.level, clocks=found, reason=reason, at=context.at)]


def resumed(state: TriageState, reason: PauseReason, context: Context) -> list[Event]:
    """The end of this wait; the clocks run on that stand still for no other."""
    if reason not in state.waits_for:
        return []
    policy, now = context.policy.triage, context.at
    others = {clock for wait in state.waits_for if wait != reason for clock in PAUSED[wait]}
    still = {
        name: clock
        for name, clock in state.clocks.items()
        if clock.paused and parts_of(name)[0] not in others
    }
    since = min((clock.pauses[-1][0] for clock in still.values()), default=now)
    running = tuple(
        terms(recounted(clock, now, policy.warn_at), parts_of(name))
        for name, clock in still.items()
    )
    stood = seconds(since, now)
    told = {"reason": reason, "paused_s": stood, "at": now}
    return [ClockResumed(level=state.level, clocks=running, **told)]
