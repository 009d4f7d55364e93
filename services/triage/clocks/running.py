"""A clock as triage keeps it, and the names of clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, Field, computed_field, field_validator

from shared.decider import State
from shared.events.base import Model
from shared.events.triage import ClockTerms
from shared.events.triage.clocks import ClockKind, PauseReason

FREEZE, FIRST_ACTION, RESOLUTION, PROGRESS = "freeze", "first_action", "resolution", "progress"
ACKNOWLEDGE, DECIDE, QUEUE = "acknowledge", "decide", "queue"
TIMER, WARNING = "clock:", "warning"
NEVER = datetime.max.replace(tzinfo=UTC)
OF_CUSTOMER: tuple[PauseReason, ...] = ("customer",)
"""Waits that something the customer gives ends."""


class Clock(Model):
    """A running clock, as its events told it; `pauses` are intervals, the last one may be open.

    `warned` is the last threshold that was told, `warn_at` the next one.
    """

    started_at: AwareDatetime
    due_at: AwareDatetime
    counted_at: AwareDatetime
    kind: ClockKind = "internal"
    budget: str | None = None
    calendar: str | None = None
    warn_at: AwareDatetime | None = None
    warned: int = 0
    latest_at: AwareDatetime | None = None
    pauses: tuple[tuple[AwareDatetime, AwareDatetime | None], ...] = ()

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return bool(self.pauses) and self.pauses[-1][1] is None


class Clocked(State):
    """The part of triage's state that is about clocks, named `<clock>:<level>`.

    `broken` are those whose promise was broken and not made good yet, `ended` all that were met or
    broken. `waits_for` holds each reason why internal ones stand still.
    """

    clocks: dict[str, Clock] = Field(default_factory=dict)
    broken: dict[str, Clock] = Field(default_factory=dict)
    ended: tuple[str, ...] = ()
    waits_for: tuple[PauseReason, ...] = ()
    acknowledged_at: AwareDatetime | None = None

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated property
    @property
    def due_by(self) -> AwareDatetime:
        """When the next clock runs out or ran out, NEVER while all stand still: for the queue."""
        running = (clock.due_at for clock in self.clocks.values() if not clock.paused)
        return min([*running, *(clock.due_at for clock in self.broken.values())], default=NEVER)

    @field_validator("waits_for", mode="before")
    @classmethod
    def _of_before(cls, stored: Any) -> Any:
        """A state of before held one reason, or none."""
        return stored if isinstance(stored, list | tuple) else tuple(filter(None, [stored]))


def name_of(clock: str, level: int) -> str:
    """The name of a clock among those of its case."""
    return f"{clock}:{level}"


def parts_of(name: str) -> tuple[str, int]:
    """The clock and the level that a name was made of."""
    clock, _, level = name.rpartition(":")
    return clock, int(level)


def told(terms: ClockTerms, started_at: AwareDatetime, before: Clock | None) -> Clock:
    """The clock that an event tells of; what it was paused for stays with it."""
    return Clock(
        started_at=terms.started_at or started_at,
        due_at=terms.due_at,
        counted_at=terms.counted_at or terms.started_at or started_at,
        kind=terms.kind,
        budget=terms.budget,
        calendar=terms.calendar,
        warn_at=terms.warn_at,
        latest_at=terms.latest_at,
        pauses=before.pauses if before else (),
    )
