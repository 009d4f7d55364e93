"""Intake: forgetting a person without breaking the log, and what keeps it from being done."""

from typing import ClassVar

from shared.events.base import Event, Refused, Result, StaffCommand


class EraseSubmitted(StaffCommand):
    """A person asks that a complaint's words be destroyed; takes two people. `reason` is a code."""

    event_type: ClassVar[str] = "redress.erase-submitted.v1"
    reason: str


class HoldSubmitted(StaffCommand):
    """A person sets a legal hold, or lifts it; `reason` is a code."""

    event_type: ClassVar[str] = "redress.hold-submitted.v1"
    on: bool
    reason: str


class KeyDestroyed(Result):
    """The complaint's key is gone on a majority of nodes, and with it every sealed word."""

    event_type: ClassVar[str] = "redress.key-destroyed.v1"


class ErasureRequested(Event):
    """One of two people asked for it."""

    event_type: ClassVar[str] = "redress.erasure-requested.v1"
    reason: str
    staff: str


class ErasureApproved(Event):
    """The second one agreed: from here on it is done."""

    event_type: ClassVar[str] = "redress.erasure-approved.v1"
    reason: str
    staff: str


class ComplaintErased(Event):
    """Nobody can read the complaint's personal words any more; every reader shows `erased`."""

    event_type: ClassVar[str] = "redress.complaint-erased.v1"
    reason: str


class HoldSet(Event):
    """The complaint must be kept: a court, an authority or a claim needs it."""

    event_type: ClassVar[str] = "redress.hold-set.v1"
    reason: str
    staff: str


class HoldLifted(Event):
    """Nothing keeps the complaint from being erased any more."""

    event_type: ClassVar[str] = "redress.hold-lifted.v1"
    reason: str
    staff: str


class ErasureRefused(Refused):
    """The erasure, or the hold, does not fit the complaint."""

    event_type: ClassVar[str] = "redress.erasure-refused.v1"
