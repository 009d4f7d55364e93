"""What every event and every input is made of."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.events import kinds
from shared.events.personal import Personal

Lane = Literal["normal", "express"]
Category = kinds.Category
Priority = kinds.Priority
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Model(BaseModel):
    """A frozen value; unknown fields are ignored, so that old readers read new events."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Model):
    """Something a stage has decided; `event_type` is its name on the wire."""

    event_type: ClassVar[str]


class Input(Model):
    """Something from outside the stage's own decisions: a command, a follow-up, a result."""

    event_type: ClassVar[str]


class Result(Input):
    """The answer to an item of due work, matched by the item's key and by who put it there."""

    key: str
    put_by: str


class TimerElapsed(Result):
    """The instant of a timer has come; no clock is compared with it again."""

    event_type: ClassVar[str] = "redress.timer-elapsed.v1"


class RedriveSubmitted(Input):
    """A parked complaint is tried again: its waiting records are folded in order."""

    event_type: ClassVar[str] = "redress.redrive-submitted.v1"
    staff: str


class StaffCommand(Input):
    """What a member of staff asks for; `expected_sequence` is the last event that person saw."""

    staff: str
    roles: tuple[str, ...] = ()
    expected_sequence: int = 0


class LaneRaised(Event):
    """The complaint travels on the express lane from here on; a lane is never lowered."""

    reason: str


class Refused(Event):
    """What was asked does not fit the state; `rule` says why, in a code."""

    rule: str
    input_id: str
    staff: str | None = None


class DueItem(Model):
    """Work that the stage owes: `key` is its idempotency key, `kind` names who can do it.

    `at` is when it may start, `event` the id of the event that put it here, `after` the key
    of an item that must be gone first. `arguments` hold plain values only.
    """

    key: str
    kind: str
    at: datetime
    event: str
    lane: Lane = "normal"
    after: str | None = None
    arguments: dict[str, str | None] = Field(default_factory=dict)


class Attachment(Model):
    """A file that came with a message; its bytes are kept by intake, under their hash.

    `media_type` was found in the content, never believed from a name; `size` is in bytes. Only
    a `clean` one is ever handed out. `came` is the hash of the bytes as they came, where others
    are kept: a picture loses the place it was taken at. Of what was `too_many` or `too_large` no
    bytes are kept.
    """

    sha256: str
    name: Personal
    media_type: str
    size: int
    status: Literal["clean", "quarantined"]
    reason: str | None = None
    came: str | None = None


class ComplaintFacts(Model):
    """What the customer told us, as the later stages need it.

    Amounts are decimal strings in units of `asset`; `occurred_at` is the customer's word.
    `thread` is where an answer on the same channel goes (a chat, a mail's Message-ID), `raw` the
    hash of the message as it came, `masked` the kinds of secrets that were taken out of the text.
    `quiet`: the acknowledgement goes to the inbox alone (a day's are sent, or none is due).
    `network` is a name that we know; `network_said` is what was said where it is none.
    `follows` is the complaint that ended before this one goes on, `followed_since` its receipt.
    `consent` is whether a caller agreed that the call is recorded, `consent_at` when that was said.
    """

    reference: str
    channel: str
    subject: Personal
    description: Personal
    received_at: AwareDatetime
    user_id: str | None = None
    contact: Personal | None = None
    category_hint: Category | None = None
    language_hint: str | None = None
    txid: str | None = None
    address: str | None = None
    order_id: str | None = None
    amount: Amount | None = None
    asset: str | None = None
    network: str | None = None
    network_said: Personal | None = None
    memo: str | None = None
    occurred_at: AwareDatetime | None = None
    thread: Personal | None = None
    raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    masked: tuple[str, ...] = ()
    quiet: bool = False
    follows: str | None = None
    followed_since: AwareDatetime | None = None
    consent: bool | None = None
    consent_at: AwareDatetime | None = None


class Remedy(Model):
    """One thing to do for the customer.

    `thing` names what is paid for (network|txid|vout, order, position), never the complaint:
    two complaints about one deposit share one payment.
    """

    code: str
    user_id: str | None = None
    asset: str | None = None
    amount: Amount | None = None
    thing: str | None = None
    scope: tuple[str, ...] = ()
