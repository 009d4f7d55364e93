"""Notify: who may read a customer's words for a while, and who did."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Event, Refused, StaffCommand

Part = Literal["case", "evidence", "customer_view", "copy"]
Ground = Literal["assignee", "grant", "request"]
Need = Literal[
    "assigned_work",
    "approval",
    "review",
    "appeal",
    "customer_contact",
    "incident",
    "audit",
    "legal",
]


class AccessSubmitted(StaffCommand):
    """`holder` shall read a case for a while, or no longer (`on` false); `reason` is a code."""

    event_type: ClassVar[str] = "redress.access-submitted.v1"
    holder: str
    on: bool
    reason: str


class CaseReadSubmitted(StaffCommand):
    """A person opens a part of a case that holds a customer's words, and is about to see it.

    `ground` is why they may: the case is theirs, they were granted access for `reason`, or the
    customer's own request (`copy`, GDPR Art. 15) is carried out.
    """

    event_type: ClassVar[str] = "redress.case-read-submitted.v1"
    part: Part
    evidence_id: str | None = None
    ground: Ground
    reason: str | None = None


class AccessGranted(Event):
    """`holder` may read the case until then; `staff` said so, and why."""

    event_type: ClassVar[str] = "redress.access-granted.v1"
    holder: str
    until: AwareDatetime
    reason: str
    staff: str


class AccessRevoked(Event):
    """`holder` may not read the case any more, and cannot take access by themselves."""

    event_type: ClassVar[str] = "redress.access-revoked.v1"
    holder: str
    reason: str
    staff: str


class AccessRefused(Refused):
    """Nobody's access changed."""

    event_type: ClassVar[str] = "redress.access-refused.v1"


class CaseRead(Event):
    """`staff` saw a part of the case with the customer's words in it, from about now on."""

    event_type: ClassVar[str] = "redress.case-read.v1"
    staff: str
    part: Part
    evidence_id: str | None = None
    ground: Ground
    reason: str | None = None
