"""Triage: the clocks of a case, those that we promise and those that the law sets."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Event, Model, Refused, StaffCommand

ClockKind = Literal["internal", "statutory"]
PauseReason = Literal["customer", "chain"]


class ClockTerms(Model):
    """One clock, and what its instants were counted with: they are never counted again.

    `started_at` is what the promise is about (a statutory one: the receipt), `counted_at` the later
    instant that an internal `budget` counts from, where a higher priority or a letter gave one.
    `calendar` and `pack` are names with their versions. `warn_at` is the first threshold,
    `latest_at` the last instant that an extension may name.
    """

    clock: str
    level: int
    due_at: AwareDatetime
    started_at: AwareDatetime | None = None
    counted_at: AwareDatetime | None = None
    kind: ClockKind = "internal"
    budget: str | None = None
    calendar: str | None = None
    pack: str | None = None
    warn_at: AwareDatetime | None = None
    latest_at: AwareDatetime | None = None


class KeptClock(Model):
    """A clock whose promise was kept, `elapsed_s` seconds after its start."""

    clock: str
    level: int
    elapsed_s: int


class ClockExtensionSubmitted(StaffCommand):
    """A person names the date by which a statutory clock is met after all, with a reason code."""

    event_type: ClassVar[str] = "redress.clock-extension-submitted.v1"
    clock: str
    until: date
    reason: str


class ClockStarted(ClockTerms, Event):
    """A clock runs until `due_at`, and those `beside` it; a new priority starts it again."""

    event_type: ClassVar[str] = "redress.clock-started.v1"
    beside: tuple[ClockTerms, ...] = ()


class ClockPaused(Event):
    """Internal clocks stand still from `at` on: what we wait for is not in our hands."""

    event_type: ClassVar[str] = "redress.clock-paused.v1"
    level: int
    clocks: tuple[str, ...]
    reason: PauseReason
    at: AwareDatetime


class ClockResumed(Event):
    """The clocks run on from `at`, `paused_s` seconds later; `clocks` have their new instants."""

    event_type: ClassVar[str] = "redress.clock-resumed.v1"
    level: int
    clocks: tuple[ClockTerms, ...]
    reason: PauseReason
    paused_s: int
    at: AwareDatetime


class ClockWarned(Event):
    """`share` per cent of the budget were used up at `at`; `next_at` is the next threshold."""

    event_type: ClassVar[str] = "redress.clock-warned.v1"
    clock: str
    level: int
    share: int
    at: AwareDatetime
    due_at: AwareDatetime
    next_at: AwareDatetime | None = None


class ClockMet(KeptClock, Event):
    """The clock's promise was kept, and with the same deed those `beside` it."""

    event_type: ClassVar[str] = "redress.clock-met.v1"
    beside: tuple[KeptClock, ...] = ()


class ClockBreached(Event):
    """The clock's promise was broken at `due_at`, whenever it was noticed.

    `detected_late`: it was noticed more than a minute after that.
    """

    event_type: ClassVar[str] = "redress.clock-breached.v1"
    clock: str
    level: int
    due_at: AwareDatetime
    detected_at: AwareDatetime
    detected_late: bool = False
    kind: ClockKind = "internal"


class ClockStopped(Event):
    """What a broken promise was about was done at last, `late_s` seconds after it was due.

    0 where it was done in time, but word of it came after the breach was noticed.
    """

    event_type: ClassVar[str] = "redress.clock-stopped.v1"
    clock: str
    level: int
    late_s: int


class ClockExtended(Event):
    """A statutory clock runs until the date that we named; `before` is when it was due."""

    event_type: ClassVar[str] = "redress.clock-extended.v1"
    clock: str
    level: int
    due_at: AwareDatetime
    before: AwareDatetime
    reason: str
    staff: str
    warn_at: AwareDatetime | None = None


class ClockExtensionRefused(Refused):
    """The extension does not fit the clock."""

    event_type: ClassVar[str] = "redress.clock-extension-refused.v1"


class AcknowledgementNoted(Event):
    """The acknowledgement went out before the case was known; its clock will be told."""

    event_type: ClassVar[str] = "redress.acknowledgement-noted.v1"
    at: AwareDatetime
