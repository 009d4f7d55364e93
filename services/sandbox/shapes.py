"""What the sandbox alone takes in: seeds, orders for actions; unknown fields are refused."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.sandbox.bitcoin import script_of
from shared.connectors.futures import Prices, TierTable
from shared.connectors.models import (
    Account,
    Deposit,
    Moment,
    Money,
    Scope,
)

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Height = Annotated[int, Field(ge=0, le=2**31)]


def _payable(address: str) -> str:
    script_of(address)
    return address


class Taken(BaseModel):
    """A body as the sandbox takes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AccountSeed(Account, extra="forbid"):
    """An account as it stands before any entry of the ledger."""

    balances: dict[Code, Money] = Field(default_factory=dict)
    deposit_addresses: dict[Code, str] = Field(default_factory=dict)


class DepositSeed(Deposit, extra="forbid"):
    """A deposit seen on the chain, or, in the state `credited`, in the ledger."""

    vout: Annotated[int, Field(ge=0, le=2**31)]
    state: Literal["pending", "suspended", "credited"]


class Incident(Taken):
    """A time in which a part of the exchange did not work; open while `ended_at` is null."""

    id: str
    component: str
    title: str
    started_at: Moment
    ended_at: Moment | None = None


class PriceSeed(Prices, extra="forbid"):
    """Prices to add to a symbol's series."""

    symbol: Code


class TierSeed(TierTable, extra="forbid"):
    """A margin table to show."""

    symbol: Code


class Payee(Taken):
    """One output of a transaction; satoshi."""

    address: Annotated[str, AfterValidator(_payable)]
    value: Annotated[int, Field(ge=0, le=21 * 10**14)]


class TransactionSeed(Taken):
    """A transaction on the chain; without a height it waits for the next block."""

    vout: Annotated[tuple[Payee, ...], Field(min_length=1, max_length=100)]
    height: Height | None = None


class Tip(Taken):
    """The height of the newest block."""

    height: Height


class Blocks(Taken):
    """How many blocks to mine."""

    blocks: Annotated[int, Field(ge=1, le=10_000)]


class Fault(Taken):
    """What happens to the next `times` requests below a path; a `body` stands for the answer's."""

    path_prefix: str
    times: Annotated[int, Field(ge=0, le=1_000_000)]
    status: HTTPStatus | None = None
    delay_s: Annotated[float, Field(ge=0, le=600)] = 0.0
    drop_answer: bool = False
    body: Annotated[str, Field(max_length=100_000)] | None = None


class Hold(Taken):
    """Which parts of an account to freeze, and until when."""

    user_id: str
    scope: Annotated[tuple[Scope, ...], Field(min_length=1)]
    reference: str | None = None
    expires_at: Moment | None = None


class Release(Taken):
    """Which parts of an account to open again."""

    user_id: str
    scope: Annotated[tuple[Scope, ...], Field(min_length=1)]
    reference: str | None = None


class Cancellation(Taken):
    """Which withdrawal of an account to stop: `withdrawal:<id>`."""

    user_id: str
    reference: Annotated[str, Field(pattern=r"^withdrawal:[A-Za-z0-9._-]{1,100}$")]


class Payment(Taken):
    """Money for an account and what it is for."""

    user_id: str
    asset: Code
    amount: Annotated[Money, Field(gt=0)]
    reference: str


class Credit(Payment):
    """Money of a deposit, `<txid>:<vout>`, or of a withdrawal that failed, `withdrawal:<id>`."""

    reference: Annotated[
        str, Field(pattern=r"^([0-9A-Za-z]{1,128}:[0-9]{1,9}|withdrawal:[A-Za-z0-9._-]{1,100})$")
    ]
