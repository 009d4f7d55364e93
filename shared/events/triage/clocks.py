"""Triage: the clocks of a case."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event


class ClockStarted(Event):
    """An internal clock runs until `due_at`; a new priority starts it again with the same start."""

    event_type: ClassVar[str] = "redress.clock-started.v1"
    clock: str
    level: int
    due_at: AwareDatetime
    started_at: AwareDatetime | None = None


class ClockMet(Event):
    """The clock's promise was kept, `elapsed_s` seconds after its start."""

    event_type: ClassVar[str] = "redress.clock-met.v1"
    clock: str
    level: int
    elapsed_s: int


class ClockBreached(Event):
    """The clock's promise was broken at `due_at`, whenever it was noticed."""

    event_type: ClassVar[str] = "redress.clock-breached.v1"
    clock: str
    level: int
    due_at: AwareDatetime
    detected_at: AwareDatetime
