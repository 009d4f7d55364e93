"""Intake: what comes through the door, and what it becomes."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import (
    Attachment,
    ComplaintFacts,
    Event,
    Input,
    LaneRaised,
    Refused,
)
from shared.events.intake_erasure import (
    ComplaintErased,
    EraseSubmitted,
    ErasureApproved,
    ErasureRefused,
    ErasureRequested,
    HoldLifted,
    HoldSet,
    HoldSubmitted,
    KeyDestroyed,
)
from shared.events.intake_files import (
    AttachmentExamined,
    AttachmentScanned,
    OriginalRead,
    OriginalRequested,
)
from shared.events.intake_links import (
    ComplaintCompared,
    ComplaintLinked,
    ComplaintUnlinked,
    Link,
    LinkNoticed,
    LinksFound,
    TwinInformed,
    TwinTold,
    UnlinkNoticed,
    UnlinkRefused,
    UnlinkSubmitted,
)
from shared.events.intake_onward import MessageArrived, MessageMoved, WordDelivered
from shared.events.personal import Personal

__all__ = [  # events that stand in a file of their own and are intake's
    "AttachmentExamined",
    "AttachmentScanned",
    "ComplaintCompared",
    "ComplaintErased",
    "ComplaintLinked",
    "ComplaintUnlinked",
    "EraseSubmitted",
    "ErasureApproved",
    "ErasureRefused",
    "ErasureRequested",
    "HoldLifted",
    "HoldSet",
    "HoldSubmitted",
    "KeyDestroyed",
    "Link",
    "LinkNoticed",
    "LinksFound",
    "MessageArrived",
    "MessageMoved",
    "OriginalRead",
    "OriginalRequested",
    "TwinInformed",
    "TwinTold",
    "UnlinkNoticed",
    "UnlinkRefused",
    "UnlinkSubmitted",
    "WordDelivered",
]


class ComplaintSubmitted(Input):
    """A complaint as the door accepted it."""

    event_type: ClassVar[str] = "redress.complaint-submitted.v1"
    facts: ComplaintFacts


class MessageSubmitted(Input):
    """More facts from the customer."""

    event_type: ClassVar[str] = "redress.message-submitted.v1"
    text: Personal
    received_at: AwareDatetime
    supplied: dict[str, str] = Field(default_factory=dict)
    channel: str | None = None
    thread: Personal | None = None
    raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    masked: tuple[str, ...] = ()


class AppealSubmitted(Input):
    """The customer contests a decision."""

    event_type: ClassVar[str] = "redress.appeal-submitted.v1"
    decision_id: str
    points: tuple[str, ...]
    reason: Personal


class ConfirmationSubmitted(Input):
    """The customer says whether the decision is acceptable."""

    event_type: ClassVar[str] = "redress.confirmation-submitted.v1"
    decision_id: str
    satisfied: bool


class RatingSubmitted(Input):
    """The customer's rating of one decision, 1 (bad) to 5 (good)."""

    event_type: ClassVar[str] = "redress.rating-submitted.v1"
    decision_id: str
    score: int = Field(ge=1, le=5)
    reason: str | None = None
    comment: Personal | None = None


class WithdrawalSubmitted(Input):
    """The customer takes the complaint back."""

    event_type: ClassVar[str] = "redress.withdrawal-submitted.v1"
    reason: Personal | None = None


class ComplaintReceived(Event):
    """A complaint exists; `funds_in_danger` is the first screen's word.

    `session` is the account that the customer was signed in to, where the channel vouches for it.
    `signalled`: the exchange itself opened it, on what it saw; nobody complained yet.
    """

    event_type: ClassVar[str] = "redress.complaint-received.v1"
    facts: ComplaintFacts
    funds_in_danger: bool = False
    session: str | None = None
    signalled: bool = False


class MessageReceived(Event):
    """The customer added facts; `supplied` holds structured ones (txid, address, …).

    `session` is the account that the channel saw the writer signed in to.
    """

    event_type: ClassVar[str] = "redress.message-received.v1"
    text: Personal
    received_at: AwareDatetime
    supplied: dict[str, str] = Field(default_factory=dict)
    channel: str | None = None
    thread: Personal | None = None
    raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    masked: tuple[str, ...] = ()
    session: str | None = None


class AppealReceived(Event):
    """An appeal reached us; resolution decides whether it is admitted."""

    event_type: ClassVar[str] = "redress.appeal-received.v1"
    decision_id: str
    points: tuple[str, ...]
    reason: Personal


class ConfirmationReceived(Event):
    """The customer answered the question whether the decision is acceptable."""

    event_type: ClassVar[str] = "redress.confirmation-received.v1"
    decision_id: str
    satisfied: bool


class RatingReceived(Event):
    """The customer rated a decision, 1 to 5, once."""

    event_type: ClassVar[str] = "redress.rating-received.v1"
    decision_id: str
    score: int
    reason: str | None = None
    comment: Personal | None = None


class ComplaintWithdrawn(Event):
    """The customer took the complaint back; what is under way in the world is still finished."""

    event_type: ClassVar[str] = "redress.complaint-withdrawn.v1"
    reason: Personal | None = None


class FollowUpRefused(Refused):
    """A follow-up that does not fit the complaint."""

    event_type: ClassVar[str] = "redress.follow-up-refused.v1"
    kind: Literal["complaint", "message", "appeal", "confirmation", "rating", "withdrawal"]


class IntakeLaneRaised(LaneRaised):
    """Intake moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.intake-lane-raised.v1"
