"""What the exchange answers: accounts, ledger rows, records, prices and receipts of actions."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

Scope = Literal["withdrawals", "api_keys", "sessions", "trading", "login"]

_MONEY = re.compile(r"[0-9]{1,20}(\.[0-9]{1,18})?")


def _plain_decimal(value: object) -> Decimal:
    """Money as it stands on the wire: plain digits in a string, never a float."""
    text = format(value, "f") if isinstance(value, Decimal) else value
    if not isinstance(text, str) or _MONEY.fullmatch(text) is None:
        raise ValueError("not a plain decimal string")
    return Decimal(text)


def _plain_text(value: Decimal) -> str:
    return format(value, "f")


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


Money = Annotated[
    Decimal,
    BeforeValidator(_plain_decimal),
    PlainSerializer(_plain_text, return_type=str, when_used="json"),
]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Answer(BaseModel):
    """A part of an answer; fields that are not known here are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Kyc(Answer):
    """How far the identity is verified, 0 to 3, and why it is not."""

    level: Annotated[int, Field(ge=0, le=3)]
    state: str
    reason: str | None = None


class Contact(Answer):
    """An e-mail address and the time since when it belongs to the account."""

    email: str
    since: Moment


class Account(Answer):
    """A customer as the exchange knows them; restrictions are the scopes frozen now.

    `anti_phishing_code` is what the customer chose to know our mails by.
    """

    user_id: str
    name: str
    email: str
    phone: str | None = None
    kyc: Kyc
    restrictions: tuple[str, ...] = ()
    balances: dict[str, Money] = {}
    deposit_addresses: dict[str, str] = {}
    deposit_tags: dict[str, int] = {}
    contacts: tuple[Contact, ...] = ()
    anti_phishing_code: str | None = None
    created_at: Moment


class Deposit(Answer):
    """An output of a transaction as the exchange's ledger holds it; `credited` is final."""

    txid: str
    vout: int
    user_id: str
    asset: str
    amount: Money
    state: str
    credited_at: Moment | None = None


class Row(Answer):
    """What every record of an account has: its id, its owner and its time."""

    id: str
    user_id: str
    at: Moment


class Login(Row):
    """A line of the security log: a login, or a change of what guards the account."""

    kind: str = "login"
    status: str = "ok"
    ip: str
    country: str | None = None
    asn: int | None = None
    lat: float | None = None
    lon: float | None = None
    device: str | None = None


class Listing(Answer):
    """The asset on one network: its token's contract, and what differs there."""

    contract: str | None = None
    decimals: int | None = None
    required_confirmations: int | None = None
    min_deposit: Money | None = None
    deposits: Literal["open", "suspended"] = "open"


class Asset(Answer):
    """What a deposit of the asset needs before it is credited."""

    required_confirmations: int
    min_deposit: Money
    networks: dict[str, Listing] = {}


class ActionReceipt(Answer):
    """What the exchange did under one idempotency key."""

    key: str
    action: str
    status: str
    applied_at: Moment
    user_id: str
    scope: tuple[Scope, ...] = ()
    asset: str | None = None
    amount: Money | None = None
    reference: str | None = None
    expires_at: Moment | None = None
