"""What the exchange keeps of a customer's withdrawals, identity checks and API calls."""

from typing import Annotated

from pydantic import Field

from shared.connectors.models import Answer, Moment, Money, Row

Count = Annotated[int, Field(ge=0, le=2**53)]


class Withdrawal(Row):
    """Money asked out of the account; `broadcast` is the point of no return.

    States: `pending` (asked for), `reviewed`, `on_hold`, `broadcast`, `completed`, `failed`,
    `cancelled`. `amount` is what is to arrive, `fee` was taken beside it, both in `asset`;
    `refunded_at` is when a failed one was given back.
    """

    asset: str
    amount: Money
    address: str
    state: str
    network: str | None = None
    txid: str | None = None
    amount_usd: Money | None = None
    fee: Money | None = None
    reviewed_at: Moment | None = None
    broadcast_at: Moment | None = None
    completed_at: Moment | None = None
    failed_at: Moment | None = None
    refunded_at: Moment | None = None


class KycAttempt(Answer):
    """One try at proving who somebody is; `reasons` are the vendor's codes where it was refused."""

    at: Moment
    decided_at: Moment | None = None
    status: str
    reasons: tuple[str, ...] = ()


class Outage(Answer):
    """A time in which the vendor did not work; open while `ended_at` is None."""

    id: str
    started_at: Moment
    ended_at: Moment | None = None


class KycRecord(Answer):
    """What the identity vendor's record of an account says; attempts oldest first.

    Status: `not_started`, `in_progress`, `approved`, `refused`.
    """

    user_id: str
    status: str
    level: Annotated[int, Field(ge=0, le=3)] = 0
    attempts: tuple[KycAttempt, ...] = ()
    vendor_incidents: tuple[Outage, ...] = ()


class ApiCall(Row):
    """One call with a key of the account; `status` is HTTP's, `error` the exchange's own code.

    `permission` is what the call needed, `limit` the calls a minute allowed, `skew_ms` how far the
    caller's clock was from the exchange's.
    """

    key: str
    method: str
    path: str
    status: Annotated[int, Field(ge=100, le=599)]
    error: str | None = None
    ip: str | None = None
    permission: str | None = None
    limit: Count | None = None
    skew_ms: Annotated[int, Field(ge=-(2**53), le=2**53)] | None = None
