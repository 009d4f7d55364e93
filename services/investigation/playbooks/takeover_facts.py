"""The facts of an account that may be stolen, and how one JSON object becomes them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictStr, ValidationError

from services.investigation.playbooks.facts import LARGEST, Facts, FactsError, Id

EventType = Literal[
    "login",
    "password_reset",
    "2fa_reset",
    "email_change",
    "phone_change",
    "api_key",
    "address_added",
    "withdrawal",
    "trade",
    "transfer",
]


def _seconds(given: Any) -> Any:
    """Seconds of the epoch; a text may be an ISO 8601 instant with its zone."""
    if not isinstance(given, str) or "T" not in given.upper():
        return given
    instant = datetime.fromisoformat(given)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return Decimal(str(instant.timestamp()))


FIRST, LAST = Decimal(-(10**11)), Decimal(10**11)  # far outside any year that a calendar has
Time = Annotated[Decimal, BeforeValidator(_seconds), Field(ge=FIRST, le=LAST, decimal_places=9)]
Usd = Annotated[Decimal, Field(ge=0, le=LARGEST, decimal_places=40)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Words = StrictStr | None


class AccountEvent(Facts):
    """What happened on the account, as far as it was recorded; `t` in seconds of the epoch."""

    id: Id | None = None
    t: Time
    type: EventType
    ip: Words = None
    country: Words = None
    asn: Id | None = None
    lat: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    lon: Annotated[Degrees, Field(ge=-180, le=180)] | None = None
    device: Words = None
    amount_usd: Usd | None = None
    address: Words = None
    status: Words = None


class TakeoverClaim(Facts):
    """What the customer says, and when."""

    text: StrictStr = ""
    reported_at: Time | None = None


class TakeoverCase(Facts):
    """One account; `balance_usd` is what it held before coins left it."""

    id: Id
    claim: TakeoverClaim
    contacts_before: tuple[object, ...] = ()
    events: tuple[AccountEvent, ...]
    balance_usd: Usd | None = None


def takeover_case(facts: dict[str, object]) -> TakeoverCase:
    """The case that one JSON object holds; raises FactsError missing_field or wrong_type."""
    try:
        return TakeoverCase.model_validate(facts)
    except ValidationError as error:
        missing = any(found["type"] == "missing" for found in error.errors(include_url=False))
        raise FactsError("missing_field" if missing else "wrong_type") from None
