"""Triage: a case taken from the queue for a while, and one that its owner must not judge."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event, Refused, StaffCommand


class LeaseSubmitted(StaffCommand):
    """A person takes the case that waits most urgently for their teams."""

    event_type: ClassVar[str] = "redress.lease-submitted.v1"


class ConflictSubmitted(StaffCommand):
    """A person has an interest of their own in the case, or knows the customer."""

    event_type: ClassVar[str] = "redress.conflict-submitted.v1"
    reason: str


class LeaseTaken(Event):
    """The case is theirs until then; what they do with it in time makes it theirs for good."""

    event_type: ClassVar[str] = "redress.lease-taken.v1"
    assignee: str
    level: int
    until: AwareDatetime


class LeaseKept(Event):
    """The case was acted on in time."""

    event_type: ClassVar[str] = "redress.lease-kept.v1"
    assignee: str
    level: int


class LeaseExpired(Event):
    """Nothing was done with the case in time: somebody else is looked for."""

    event_type: ClassVar[str] = "redress.lease-expired.v1"
    assignee: str
    level: int
    until: AwareDatetime


class ConflictDeclared(Event):
    """The case is never given to this person again; if they had it, somebody else is looked for."""

    event_type: ClassVar[str] = "redress.conflict-declared.v1"
    staff: str
    level: int
    reason: str


class LeaseRefused(Refused):
    """The case does not wait for anybody any more, or not for this person."""

    event_type: ClassVar[str] = "redress.lease-refused.v1"


class ConflictRefused(Refused):
    """The conflict is declared already, or the case is over."""

    event_type: ClassVar[str] = "redress.conflict-refused.v1"
