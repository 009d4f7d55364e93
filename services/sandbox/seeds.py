"""Records to show, as the sandbox takes them in; unknown fields are refused."""

from typing import Annotated, Literal

from pydantic import Field

from shared.connectors.futures import Position
from shared.connectors.models import Login
from shared.connectors.records import ApiCall, KycAttempt, KycRecord, Outage, Withdrawal
from shared.connectors.trading import Book, Fill, Order, Transfer


class WithdrawalSeed(Withdrawal, extra="forbid"):
    """A withdrawal to show."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
    state: Literal[
        "pending", "reviewed", "on_hold", "broadcast", "completed", "failed", "cancelled"
    ]


class LoginSeed(Login, extra="forbid"):
    """A line of the security log to show."""

    asn: Annotated[int, Field(ge=0, le=2**32)] | None = None


class PositionSeed(Position, extra="forbid"):
    """A futures position to show."""


class OrderSeed(Order, extra="forbid"):
    """An order to show."""

    side: Literal["buy", "sell"]
    type: Literal["market", "limit"]
    state: Literal["open", "filled", "cancelled", "rejected"]


class TransferSeed(Transfer, extra="forbid"):
    """A transfer to show."""


class FillSeed(Fill, extra="forbid"):
    """A part of an order that was carried out, to show."""


class BookSeed(Book, extra="forbid"):
    """An order book to show."""


class AttemptSeed(KycAttempt, extra="forbid"):
    """One try at proving who somebody is."""

    status: Literal["in_progress", "approved", "refused"]


class OutageSeed(Outage, extra="forbid"):
    """A time in which the vendor did not work."""


class KycSeed(KycRecord, extra="forbid"):
    """What the identity vendor's record of an account says."""

    status: Literal["not_started", "in_progress", "approved", "refused"]
    attempts: tuple[AttemptSeed, ...] = ()
    vendor_incidents: tuple[OutageSeed, ...] = ()


class ApiCallSeed(ApiCall, extra="forbid"):
    """A call with a key of the account."""
