"""Intake: what comes through the door, and what it becomes."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import (
    Attachment,
    ComplaintFacts,
    Event,
    Input,
    LaneRaised,
    Model,
    Refused,
    Result,
    StaffCommand,
)
from shared.events.personal import Personal


class Link(Model):
    """Another complaint (`other` is its id) about what seems to be the same matter, and why.

    `people` says whether both came from one person; where they did not, nothing of one complaint
    is ever shown to the other's customer.
    """

    other: str
    reasons: tuple[Literal["txid", "order_id", "address", "near_text"], ...]
    people: Literal["same-contact", "different-contact", "unknown-contact"]


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


class LinksFound(Result):
    """The complaints of the last days about the same matter, none if there are none."""

    event_type: ClassVar[str] = "redress.links-found.v1"
    links: tuple[Link, ...] = ()


class LinkNoticed(Input):
    """Another complaint was found to be about the same matter as this one."""

    event_type: ClassVar[str] = "redress.link-noticed.v1"
    link: Link


class UnlinkSubmitted(StaffCommand):
    """A person says that two complaints are not about the same matter; `reason` is a code."""

    event_type: ClassVar[str] = "redress.unlink-submitted.v1"
    other: str
    reason: str


class UnlinkNoticed(Input):
    """The link was taken apart from the other complaint's side."""

    event_type: ClassVar[str] = "redress.unlink-noticed.v1"
    other: str
    reason: str
    staff: str


class TwinInformed(Result):
    """The other complaint's door took the news."""

    event_type: ClassVar[str] = "redress.twin-informed.v1"


class AttachmentScanned(Result):
    """What the scanner says of a file that it had not seen; `gone`: its bytes are erased."""

    event_type: ClassVar[str] = "redress.attachment-scanned.v1"
    sha256: str
    verdict: Literal["clean", "malware", "gone"]


class OriginalRequested(Input):
    """Somebody with the right to it asks for a message as it came, secrets and all."""

    event_type: ClassVar[str] = "redress.original-requested.v1"
    raw: str
    staff: str


class ComplaintReceived(Event):
    """A complaint exists; `funds_in_danger` is the first screen's word.

    `session` is the account that the customer was signed in to, where the channel vouches for it.
    """

    event_type: ClassVar[str] = "redress.complaint-received.v1"
    facts: ComplaintFacts
    funds_in_danger: bool = False
    session: str | None = None


class MessageReceived(Event):
    """The customer added facts; `supplied` holds structured ones (txid, address, …)."""

    event_type: ClassVar[str] = "redress.message-received.v1"
    text: Personal
    received_at: AwareDatetime
    supplied: dict[str, str] = Field(default_factory=dict)
    channel: str | None = None
    thread: Personal | None = None
    raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    masked: tuple[str, ...] = ()


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


class AttachmentExamined(Event):
    """A file that had waited for the scanner may be handed out, or never."""

    event_type: ClassVar[str] = "redress.attachment-examined.v1"
    sha256: str
    status: Literal["clean", "quarantined"]
    reason: str | None = None


class OriginalRead(Event):
    """A message was read as it came; `raw` is its hash, `staff` who read it."""

    event_type: ClassVar[str] = "redress.original-read.v1"
    raw: str
    staff: str


class FollowUpRefused(Refused):
    """A follow-up that does not fit the complaint."""

    event_type: ClassVar[str] = "redress.follow-up-refused.v1"
    kind: Literal["complaint", "message", "appeal", "confirmation", "rating", "withdrawal"]


class ComplaintCompared(Event):
    """The complaint was compared with those of the last days; `found` of them were new links."""

    event_type: ClassVar[str] = "redress.complaint-compared.v1"
    found: int


class ComplaintLinked(Event):
    """Another complaint is about the same matter; clocks, letters and money stay apart."""

    event_type: ClassVar[str] = "redress.complaint-linked.v1"
    link: Link
    noticed: bool = False


class ComplaintUnlinked(Event):
    """A person took the link to `other` apart; the two are never linked again by rule."""

    event_type: ClassVar[str] = "redress.complaint-unlinked.v1"
    other: str
    reason: str
    staff: str
    noticed: bool = False


class TwinTold(Event):
    """The other complaint knows of the link, or of its end."""

    event_type: ClassVar[str] = "redress.twin-told.v1"
    other: str


class UnlinkRefused(Refused):
    """There is no such link to take apart, or not for this person."""

    event_type: ClassVar[str] = "redress.unlink-refused.v1"


class IntakeLaneRaised(LaneRaised):
    """Intake moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.intake-lane-raised.v1"
