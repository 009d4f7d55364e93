"""Notify: every message to a person, and whether it arrived."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Event, LaneRaised, Model, Refused, Remedy, Result, StaffCommand
from shared.events.investigation import PointFinding
from shared.events.notify_reading import (
    AccessGranted,
    AccessRefused,
    AccessRevoked,
    AccessSubmitted,
    CaseRead,
    CaseReadSubmitted,
)
from shared.events.personal import Personal

__all__ = [  # events that stand in a file of their own and are notify's
    "AccessGranted",
    "AccessRefused",
    "AccessRevoked",
    "AccessSubmitted",
    "CaseRead",
    "CaseReadSubmitted",
    "CorrespondenceEnded",
    "LetterContent",
    "LetterFailed",
    "LetterHandled",
    "LetterPostponed",
    "LetterRequested",
    "LetterSent",
    "NotifyLaneRaised",
    "RecipientNoted",
    "RemindersScheduled",
    "StaffMessageRefused",
    "StaffMessageSent",
    "StaffMessageSubmitted",
]
LetterKind = Literal[
    "acknowledgement",
    "information_request",
    "information_reminder",
    "identity_request",
    "progress",
    "extension",
    "freeze_notice",
    "unfreeze_notice",
    "inadmissible",
    "withdrawn",
    "continued",
    "decision",
    "rating_request",
    "staff_message",
    "secret_warning",
    "security_warning",
    "security_reminder",
    "improvement",
]
Channel = Literal["inbox", "email", "telegram", "webhook"]


class LetterHandled(Result):
    """The channel took the letter, or said a final no (`problem` is a code)."""

    event_type: ClassVar[str] = "redress.letter-handled.v1"
    letter_id: str
    channel: Channel
    status: Literal["sent", "refused"]
    at: AwareDatetime
    problem: str | None = None


class HelpPage(Model):
    """An article of the knowledge base as a letter names it."""

    id: str
    language: str
    title: str


class LetterContent(Model):
    """What a letter says, whoever gets it; `about` names the fact told, which is told once.

    `items` are the codes that a letter lists: what is missing, or why we may not deal with it.
    `articles` are the help pages that may answer at once, `points` what was found on each point.
    """

    letter_id: str
    kind: LetterKind
    about: str = ""
    facts: dict[str, str | int | bool | None]
    items: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    explanation: Personal | None = None
    decision_id: str | None = None
    articles: tuple[HelpPage, ...] = ()
    points: tuple[PointFinding, ...] = ()


class LetterRequested(LetterContent, Event):
    """A letter is due; its text is rendered from the template and these facts alone.

    `asked_on` is the channel that the complaint came by, `thread` where an answer goes on it.
    `sha256` is the hash of subject, an empty line and the text as they were first rendered.
    `anti_phishing_code` stands in the mail alone.
    """

    event_type: ClassVar[str] = "redress.letter-requested.v1"
    template: str
    template_version: str
    language: str
    channels: tuple[Channel, ...]
    contact: Personal | None = None
    reference: str
    asked_on: str | None = None
    thread: Personal | None = None
    sha256: str | None = None
    anti_phishing_code: Personal | None = None


class LetterPostponed(LetterContent, Event):
    """A letter is due, but the complaint that names its reader has not reached us yet."""

    event_type: ClassVar[str] = "redress.letter-postponed.v1"


class RecipientNoted(Event):
    """What changes how we write: the language, and whether the reader's identity is proved.

    `user_id` is the account that was found, `anti_phishing_code` what its holder knows us by.
    `contact` is whom to warn of what the exchange saw.
    """

    event_type: ClassVar[str] = "redress.recipient-noted.v1"
    language: str | None = None
    verified: bool | None = None
    user_id: str | None = None
    anti_phishing_code: Personal | None = None
    contact: Personal | None = None


class RemindersScheduled(Event):
    """The customer is reminded how to keep the account safe, at each of these instants."""

    event_type: ClassVar[str] = "redress.reminders-scheduled.v1"
    at: tuple[AwareDatetime, ...]


class CorrespondenceEnded(Event):
    """The complaint was taken back, or is spam: no more questions, progress or survey."""

    event_type: ClassVar[str] = "redress.correspondence-ended.v1"
    reason: Literal["withdrawn", "spam"]


class LetterSent(Event):
    """A channel took the letter."""

    event_type: ClassVar[str] = "redress.letter-sent.v1"
    letter_id: str
    kind: LetterKind
    channel: Channel
    sent_at: AwareDatetime
    decision_id: str | None = None


class LetterFailed(Event):
    """A channel said a final no; the inbox still holds the letter."""

    event_type: ClassVar[str] = "redress.letter-failed.v1"
    letter_id: str
    kind: LetterKind
    channel: Channel
    problem: str


class StaffMessageSubmitted(StaffCommand):
    """A member of staff writes to the customer; `masked` are the kinds of secrets taken out."""

    event_type: ClassVar[str] = "redress.staff-message-submitted.v1"
    text: Personal
    masked: tuple[str, ...] = ()


class StaffMessageSent(Event):
    """The customer's page shows what a member of staff wrote; a letter takes it elsewhere."""

    event_type: ClassVar[str] = "redress.staff-message-sent.v1"
    message_id: str
    staff: str
    text: Personal
    masked: tuple[str, ...] = ()


class StaffMessageRefused(Refused):
    """The message was not sent."""

    event_type: ClassVar[str] = "redress.staff-message-refused.v1"


class NotifyLaneRaised(LaneRaised):
    """Notify moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.notify-lane-raised.v1"
