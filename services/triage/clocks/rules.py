"""What sets clocks going, moves, stops and ends them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.triage.clocks.counting import fresh, next_share, recounted, terms, warned
from services.triage.clocks.running import (
    FIRST_ACTION,
    FREEZE,
    PROGRESS,
    QUEUE,
    RESOLUTION,
    TIMER,
    Clock,
    name_of,
    parts_of,
)
from shared.decider import Context
from shared.events.base import Event, Priority
from shared.events.triage import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockStopped,
    ClockTerms,
    ClockWarned,
    KeptClock,
)
from shared.policy import TriagePolicy
from shared.rules.calendars import Budget, calendar

if TYPE_CHECKING:
    from services.triage.state import TriageState

LATE = timedelta(minutes=1)


def budgets(policy: TriagePolicy, priority: Priority) -> Mapping[str, Budget]:
    """How long each clock of a priority runs."""
    return {
        FIRST_ACTION: policy.first_action[priority],
        RESOLUTION: policy.resolution[priority],
        PROGRESS: policy.progress[priority],
    }


def started(
    policy: TriagePolicy, priority: Priority, level: int, start: datetime
) -> list[ClockTerms]:
    """The clocks of a case that somebody must take up at `level`."""
    return [
        _internal(policy, (clock, level), budget, start)
        for clock, budget in budgets(policy, priority).items()
    ]


def freezing(policy: TriagePolicy, level: int, start: datetime) -> ClockTerms:
    """The clock of an emergency: from its start until the account is frozen."""
    return _internal(policy, (FREEZE, level), policy.freeze, start)


def _internal(
    policy: TriagePolicy, name: tuple[str, int], budget: Budget, start: datetime
) -> ClockTerms:
    return terms(fresh(start, budget, calendar(policy.calendar), policy.warn_at), name)


def together(found: Sequence[ClockTerms]) -> list[Event]:
    """One event for all clocks that one decision starts."""
    return [ClockStarted(**dict(found[0]), beside=tuple(found[1:]))] if found else []


def moved(
    state: TriageState, policy: TriagePolicy, priority: Priority, now: datetime
) -> list[ClockTerms]:
    """The running clocks under a new priority.

    A higher one counts from now, since nobody can be late before it was asked, and never gives
    more time than there was; a lower one counts from the clock's start. What a clock was paused
    for is taken out of either.
    """
    found = []
    for clock, budget in [*budgets(policy, priority).items(), (QUEUE, policy.queue[priority])]:
        running = state.clocks.get(name_of(clock, state.level))
        if running is None:
            continue
        since = now if priority < state.priority else running.started_at
        new = _recounted(running, policy, budget, since, now)
        if clock == QUEUE:
            new = new.model_copy(update={"warn_at": None})
        if priority > state.priority or new.due_at < _projected(running, policy, now):
            found.append(terms(new, (clock, state.level)))
    return found


def _recounted(
    running: Clock, policy: TriagePolicy, budget: Budget, since: datetime, now: datetime
) -> Clock:
    clock = fresh(since, budget, calendar(policy.calendar), ())
    kept = {"started_at": running.started_at, "pauses": running.pauses}
    return recounted(clock.model_copy(update=kept), now, policy.warn_at)


def _projected(running: Clock, policy: TriagePolicy, now: datetime) -> datetime:
    """When a clock would be due, were it to run on from now."""
    return recounted(running, now, policy.warn_at).due_at if running.paused else running.due_at


def met(
    state: TriageState,
    names: Iterable[tuple[str, int]],
    context: Context,
    at: datetime | None = None,
) -> list[Event]:
    """What was promised was done at `at`: in time, or late, whenever anybody looks.

    A promise whose breach is known stays broken. `at` is when the cause came about if not given.
    """
    done, kept, after = at or context.at, list[KeptClock](), list[Event]()
    for clock, level in names:
        name = {"clock": clock, "level": level}
        running = state.clocks.get(name_of(clock, level))
        if running and (running.paused or done <= running.due_at):
            kept.append(KeptClock(**name, elapsed_s=seconds(running.started_at, done)))
        elif running:
            after += overrun(terms(running, (clock, level)), done, context.now)
        elif missed := state.broken.get(name_of(clock, level)):
            after.append(ClockStopped(**name, late_s=seconds(missed.due_at, done)))
    return [*([ClockMet(**dict(kept[0]), beside=tuple(kept[1:]))] if kept else []), *after]


def overrun(clock: ClockTerms, done: datetime, now: datetime) -> list[Event]:
    """A breach that is noticed only by the late deed."""
    name = {"clock": clock.clock, "level": clock.level}
    return [
        _breach(clock, now),
        ClockStopped(**name, late_s=seconds(clock.due_at, done)),
    ]


def _breach(clock: ClockTerms, now: datetime) -> ClockBreached:
    return ClockBreached(
        clock=clock.clock,
        level=clock.level,
        due_at=clock.due_at,
        detected_at=now,
        detected_late=now - clock.due_at > LATE,
        kind=clock.kind,
    )


def seconds(since: datetime, at: datetime) -> int:
    """Whole seconds from one instant to the other; a clock that is ahead makes none."""
    return max(int((at - since).total_seconds()), 0)


def broken(state: TriageState, key: str, now: datetime) -> ClockBreached:
    """The promise was broken at the instant the clock held, whenever that was noticed."""
    name = key.removeprefix(TIMER)
    return _breach(terms(state.clocks[name], parts_of(name)), now)


def thresholds(state: TriageState, policy: TriagePolicy, at: datetime) -> list[Event]:
    """A threshold of each running clock whose next one is `at`; the one after it waits in turn."""
    return [
        found
        for name, clock in sorted({**state.clocks, **state.broken}.items())
        if clock.warn_at == at and not clock.paused and (found := _warning(name, clock, policy))
    ]


def _warning(name: str, clock: Clock, policy: TriagePolicy) -> ClockWarned | None:
    share = next_share(clock, policy.warn_at)
    after = warned(clock.model_copy(update={"warned": share or 0}), policy.warn_at)
    of, level = parts_of(name)
    return ClockWarned(
        clock=of,
        level=level,
        share=share or clock.warned,
        at=clock.warn_at or clock.due_at,
        due_at=clock.due_at,
        next_at=after.warn_at if share else None,
    )
