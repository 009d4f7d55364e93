"""What channels may send: the bodies of signed webhooks, and of a call that staff record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.intake.forms import (
    DecimalText,
    Form,
    Instant,
    Language,
    Line,
    Mailbox,
    Prose,
    Ticker,
    Word,
)

FACTS = ("user_id", "txid", "address", "order_id", "amount", "asset")
SUBJECT = 80
Event = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.\-]{0,99}$")]


class Webhook(Form):
    """Every webhook's body (Standard Webhooks, "Payload structure"); `data` depends on `type`."""

    type: Event
    timestamp: str | None = None
    data: dict[str, Any]


class Said(Form):
    """Somebody's words, with the facts that are known beside them."""

    text: Prose
    subject: Line | None = None
    language: Language | None = None
    contact_email: Mailbox | None = None
    user_id: Word | None = None
    txid: Word | None = None
    address: Word | None = None
    order_id: Word | None = None
    amount: DecimalText | None = None
    asset: Ticker | None = None

    @property
    def title(self) -> str:
        """The subject, or the beginning of the text in its place."""
        return self.subject or title_of(self.text)

    def supplied(self) -> dict[str, str]:
        """The facts given in fields."""
        return self.model_dump(include=set(FACTS), exclude_none=True)


class Message(Said):
    """A line of a conversation with one customer; `thread` is the conversation's own id."""

    thread: Word


class Post(Form):
    """A post or mention in public; `thread` is where an answer is posted, `author` who wrote it."""

    thread: Word
    author: Word
    text: Prose
    url: Word | None = None
    language: Language | None = None


class Signal(Form):
    """What the exchange saw on an account at `at`, and the code of why it is odd.

    `language` is the customer's, where the exchange knows it.
    """

    user_id: Word
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    at: Instant
    language: Language | None = None


class Call(Said):
    """A telephone call, as staff write it down; `text` are the notes, in `notes` on the wire.

    Without `consent` the call is not recorded as sound; the notes are kept either way. `complaint`
    is the id or reference of the complaint that it adds to.
    """

    text: Prose = Field(alias="notes")
    number: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ().\-]{3,30}$")]
    consent: bool
    consent_at: Instant = Field(None, validate_default=True)
    called_at: Instant = None
    complaint: Word | None = None

    @field_validator("consent_at")
    @classmethod
    def _consent_has_its_instant(
        cls, value: datetime | None, info: ValidationInfo
    ) -> datetime | None:
        if value is None and info.data.get("consent"):
            raise PydanticCustomError("missing", "a consent has an instant")
        return value

    def supplied(self) -> dict[str, str]:
        """The facts given in fields, and what the caller said to being recorded."""
        said = {"consent": str(self.consent).lower()}
        if self.consent_at:
            said["consent_at"] = self.consent_at.isoformat()
        return {**super().supplied(), **said}


def title_of(text: str) -> str:
    """A subject for words that came without one: their first line, cut between words."""
    first = " ".join((text.strip().splitlines() or [""])[0].split())
    if len(first) <= SUBJECT:
        return first
    cut = first[: SUBJECT - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"
