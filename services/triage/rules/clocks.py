"""Internal clocks: what each priority promises, and what a new priority does to running ones."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from services.triage.state import CLOCK, TriageState
from shared.events.base import Event, Priority
from shared.events.triage import ClockBreached, ClockMet, ClockStarted
from shared.policy import TriagePolicy

FREEZE, FIRST_ACTION, RESOLUTION = "freeze", "first_action", "resolution"


def budgets(policy: TriagePolicy, priority: Priority) -> Mapping[str, timedelta]:
    """How long each clock of a priority runs."""
    return {FIRST_ACTION: policy.first_action[priority], RESOLUTION: policy.resolution[priority]}


def started(
    policy: TriagePolicy, priority: Priority, level: int, start: datetime
) -> list[ClockStarted]:
    """The clocks of a case that somebody must take up at `level`."""
    return [
        _clock(clock, level, start, start + budget)
        for clock, budget in budgets(policy, priority).items()
    ]


def freezing(policy: TriagePolicy, level: int, start: datetime) -> ClockStarted:
    """The clock of an emergency: from its start until the account is frozen."""
    return _clock(FREEZE, level, start, start + policy.freeze)


def _clock(clock: str, level: int, start: datetime, due_at: datetime) -> ClockStarted:
    return ClockStarted(clock=clock, level=level, started_at=start, due_at=due_at)


def moved(
    state: TriageState, policy: TriagePolicy, priority: Priority, now: datetime
) -> Iterator[ClockStarted]:
    """The running clocks under a new priority.

    A higher one counts from now, since nobody can be late before it was asked, and never gives
    more time than there was; a lower one counts from the clock's start.
    """
    raised = priority < state.priority
    for clock, budget in budgets(policy, priority).items():
        running = state.clocks.get(f"{clock}:{state.level}")
        if running is None:
            continue
        start = running.started_at
        due_at = min(running.due_at, now + budget) if raised else start + budget
        yield _clock(clock, state.level, start, due_at)


def met(state: TriageState, clock: str, level: int, now: datetime) -> list[Event]:
    """The promise was kept, if the clock runs; a broken one stays broken."""
    running = state.clocks.get(f"{clock}:{level}")
    if running is None:
        return []
    elapsed = int((now - running.started_at).total_seconds())
    return [ClockMet(clock=clock, level=level, elapsed_s=max(elapsed, 0))]


def broken(state: TriageState, key: str, now: datetime) -> ClockBreached:
    """The promise was broken at the instant the clock held, whenever that was noticed."""
    clock, level = key.removeprefix(CLOCK).split(":")
    return ClockBreached(clock=clock, level=int(level), due_at=state.due[key].at, detected_at=now)
