"""The clocks of a case, with what became of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.notify.cases.telling import Told, plain
from shared.events.triage import (
    CaseSettled,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)

Key = tuple[str, int]
RUNNING, PAUSED, LATE = "runs", "stands still", "late"
KINDS = (
    *(ClockStarted, ClockPaused, ClockResumed, ClockExtended),
    *(ClockMet, ClockBreached, ClockStopped, CaseSettled),
)


@dataclass(frozen=True)
class Clock:
    """A promise: by when, and how it stands; `statutory` ones the law sets."""

    name: str
    level: int
    due_at: datetime
    stands: str = RUNNING
    statutory: bool = False

    @property
    def live(self) -> bool:
        """Whether it still says something about what is to do."""
        return self.stands in (RUNNING, PAUSED, LATE)


def clocks_of(told: Told) -> list[Clock]:
    """Those that still matter first, each by when it runs out."""
    found: dict[Key, Clock] = {}
    for _, data in told.of(*KINDS):
        found = _after(found, data)
    return sorted(found.values(), key=lambda clock: (not clock.live, clock.due_at))


def _after(found: dict[Key, Clock], data: Any) -> dict[Key, Clock]:
    if isinstance(data, ClockStarted):
        terms = (data, *data.beside)
        return {**found, **{(t.clock, t.level): _of(t) for t in terms}}
    if isinstance(data, CaseSettled):
        return {k: replace(c, stands="ended") if c.live else c for k, c in found.items()}
    changed = _changed(data)
    return {
        key: replace(clock, **changed[key]) if key in changed else clock
        for key, clock in found.items()
    }


def _changed(data: Any) -> dict[Key, dict[str, Any]]:
    if isinstance(data, ClockPaused):
        return {(name, data.level): {"stands": PAUSED} for name in data.clocks}
    if isinstance(data, ClockResumed):
        return {(t.clock, t.level): _runs(t.due_at) for t in data.clocks}
    if isinstance(data, ClockExtended):
        return {(data.clock, data.level): _runs(data.due_at)}
    if isinstance(data, ClockMet):
        return {(kept.clock, kept.level): {"stands": "kept"} for kept in (data, *data.beside)}
    stopped = isinstance(data, ClockStopped)
    stands = f"done {data.late_s} s late" if stopped else LATE
    return {(data.clock, data.level): {"stands": stands}}


def _runs(due_at: datetime) -> dict[str, Any]:
    return {"due_at": due_at, "stands": RUNNING}


def _of(terms: Any) -> Clock:
    statutory = terms.kind == "statutory"
    return Clock(plain(terms.clock), terms.level, terms.due_at, statutory=statutory)
