"""What the events of clocks leave in triage's state: clocks, their timers, one warning timer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from services.triage.clocks.running import OF_CUSTOMER, TIMER, WARNING, Clock, name_of, told
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import DueItem, Event
from shared.events.triage import (
    AcknowledgementNoted,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
)

if TYPE_CHECKING:
    from services.triage.state import TriageState

Clocks = Mapping[str, Clock]


def on_started(state: TriageState, data: ClockStarted, event: Envelope) -> TriageState:
    """Clocks run, each with a timer; the timer of the same clock before is forgotten."""
    found = {
        name_of(terms.clock, terms.level): told(
            terms, event.time, state.clocks.get(name_of(terms.clock, terms.level))
        )
        for terms in (data, *data.beside)
    }
    broken = {name: clock for name, clock in state.broken.items() if name not in found}
    return _kept(state, event, {**state.clocks, **found}, broken, moved=found)


def on_paused(state: TriageState, data: ClockPaused, event: Envelope) -> TriageState:
    """The clocks stand still: no timer of theirs goes off."""
    found = {
        name: clock.model_copy(update={"pauses": (*clock.pauses, (data.at, None))})
        for name, clock in _named(state, data.clocks, data.level)
    }
    asked = {"asked_at": state.asked_at or data.at} if data.reason in OF_CUSTOMER else {}
    waits = (*state.waits_for, data.reason)
    state = state.model_copy(update={"waits_for": waits, **asked})
    return _kept(state, event, {**state.clocks, **found}, state.broken, moved=found)


def on_resumed(state: TriageState, data: ClockResumed, event: Envelope) -> TriageState:
    """The clocks that wait for nothing else run on, with the instants that the event counted."""
    found: dict[str, Clock] = {}
    for terms in data.clocks:
        name = name_of(terms.clock, terms.level)
        if clock := state.clocks.get(name):
            pauses = (*clock.pauses[:-1], (clock.pauses[-1][0], data.at))
            news = {"due_at": terms.due_at, "warn_at": terms.warn_at, "pauses": pauses}
            found[name] = clock.model_copy(update=news)
    left = tuple(reason for reason in state.waits_for if reason != data.reason)
    answer = {"asked_at": None, "answered_at": data.at} if data.reason in OF_CUSTOMER else {}
    state = state.model_copy(update={"waits_for": left, **answer})
    return _kept(state, event, {**state.clocks, **found}, state.broken, moved=found)


def on_warned(state: TriageState, data: ClockWarned, event: Envelope) -> TriageState:
    """This threshold was told; the next one waits."""
    name = name_of(data.clock, data.level)
    news = {"warned": data.share, "warn_at": data.next_at}
    clocks, broken = (
        {n: c.model_copy(update=news) if n == name else c for n, c in kept.items()}
        for kept in (state.clocks, state.broken)
    )
    return _kept(state, event, clocks, broken)


def on_met(state: TriageState, data: ClockMet, event: Envelope) -> TriageState:
    """The promises were kept."""
    names = tuple(name_of(kept.clock, kept.level) for kept in (data, *data.beside))
    return _ended(state, event, names)


def on_breached(state: TriageState, data: ClockBreached, event: Envelope) -> TriageState:
    """The promise was broken, and stays so; its overrun is told once more, then no more."""
    name = name_of(data.clock, data.level)
    clock = state.clocks.get(name)
    late = {name: clock} if clock else {}
    state = state.model_copy(update={"broken": {**state.broken, **late}})
    return _ended(state, event, (name,))


def _ended(state: TriageState, event: Envelope, names: tuple[str, ...]) -> TriageState:
    state = state.model_copy(update={"ended": (*state.ended, *names)})
    clocks = {name: clock for name, clock in state.clocks.items() if name not in names}
    return _kept(state, event, clocks, state.broken)


def on_stopped(state: TriageState, data: ClockStopped, event: Envelope) -> TriageState:
    """The overrun grows no more."""
    name = name_of(data.clock, data.level)
    broken = {n: clock for n, clock in state.broken.items() if n != name}
    return _kept(state, event, state.clocks, broken)


def on_extended(state: TriageState, data: ClockExtended, event: Envelope) -> TriageState:
    """The date that we named holds; the budget no longer does."""
    name = name_of(data.clock, data.level)
    news = {"due_at": data.due_at, "warn_at": data.warn_at, "budget": None}
    found = {name: state.clocks[name].model_copy(update=news)} if name in state.clocks else {}
    return _kept(state, event, {**state.clocks, **found}, state.broken, moved=found)


def on_acknowledgement(
    state: TriageState, data: AcknowledgementNoted, event: Envelope
) -> TriageState:
    """The customer has it, whoever knows of the case."""
    return state.model_copy(update={"acknowledged_at": data.at})


def _named(state: TriageState, clocks: Iterable[str], level: int) -> Iterable[tuple[str, Clock]]:
    names = {name_of(clock, level) for clock in clocks}
    return [(name, clock) for name, clock in state.clocks.items() if name in names]


def _kept(
    state: TriageState,
    event: Envelope,
    clocks: Clocks,
    broken: Clocks,
    *,
    moved: Iterable[str] = (),
) -> TriageState:
    """The state with these clocks; a timer is put anew only where its clock moved."""
    again, running = set(moved), {name for name, clock in clocks.items() if not clock.paused}
    owed = {
        key: item
        for key, item in state.due.items()
        if not key.startswith(TIMER) or key.removeprefix(TIMER) in running - again
    }
    for name in sorted(again & running):
        owed[TIMER + name] = due(event, TIMER + name, "timer", at=clocks[name].due_at)
    owed = _warning(owed, event, (*clocks.values(), *broken.values()))
    return state.model_copy(update={"clocks": dict(clocks), "broken": dict(broken), "due": owed})


def _warning(
    owed: dict[str, DueItem], event: Envelope, clocks: Iterable[Clock]
) -> dict[str, DueItem]:
    """One timer for all thresholds: the earliest; most cases end before it."""
    next_ = min((c.warn_at for c in clocks if c.warn_at and not c.paused), default=None)
    before = owed.pop(WARNING, None)
    if next_ is not None:
        same = before is not None and before.at == next_
        owed[WARNING] = before if before and same else due(event, WARNING, "timer", at=next_)
    return owed


EVOLVE: Mapping[type[Event], EvolveRule] = {
    ClockStarted: on_started,
    ClockPaused: on_paused,
    ClockResumed: on_resumed,
    ClockWarned: on_warned,
    ClockMet: on_met,
    ClockBreached: on_breached,
    ClockStopped: on_stopped,
    ClockExtended: on_extended,
    AcknowledgementNoted: on_acknowledgement,
}


def without(state: TriageState, event: Envelope, keep: Callable[[str, Clock], bool]) -> TriageState:
    """The state with the running clocks that are kept, and no others."""
    clocks = {name: clock for name, clock in state.clocks.items() if keep(name, clock)}
    return _kept(state.model_copy(update={"waits_for": ()}), event, clocks, {})


def timers(state: TriageState) -> dict[str, DueItem]:
    """The due items of clocks."""
    return {key: item for key, item in state.due.items() if key.startswith(TIMER) or key == WARNING}
