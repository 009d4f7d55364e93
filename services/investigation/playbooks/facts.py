"""The facts of a deposit complaint, and how one JSON object becomes them."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from shared.errors import RedressError

LARGEST = Decimal(10) ** 40


class FactsError(RedressError):
    """An object that is no deposit case; `slug` says which rule it broke."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


Amount = Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=40)]
Count = Annotated[StrictInt, Field(ge=0)]
Id = StrictStr | StrictInt


class Facts(BaseModel):
    """What every group of facts shares: frozen, and unknown fields are let be."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Claim(Facts):
    """What the customer says. Any of it may be unknown, and none of it is proof."""

    txid: StrictStr | None
    address: StrictStr | None = None
    amount: Amount | None = None
    asset: StrictStr | None = None
    network: StrictStr | None = None


class Row(Facts):
    """A deposit, or one output of it, that was credited or is claimed; amounts in coins."""

    txid: StrictStr | None = None
    vout: StrictInt | None = None
    user: Id | None = None
    amount: Amount | None = None


class Token(Facts):
    """A listed token: its contract (or issuer), and how many decimals its whole numbers have."""

    address: StrictStr
    decimals: Annotated[StrictInt, Field(ge=0, le=77)]


class Platform(Facts):
    """What the exchange's own books say; `min_deposit` in coins."""

    user: Id | None = None
    assigned_deposit_address: StrictStr
    assigned_tag: Id | None = None
    required_confirmations: Count
    min_deposit: Amount
    min_applies_to: StrictStr | None = None
    credited: tuple[Row, ...] = ()
    addresses_of_other_users: tuple[StrictStr, ...] = ()
    other_open_claims: tuple[Row | StrictStr, ...] = ()
    token_contracts: dict[str, dict[str, Token]] = {}

    @property
    def claimed_elsewhere(self) -> tuple[Row, ...]:
        """The other open claims; one may be given as a bare transaction id."""
        return tuple(Row(txid=c) if isinstance(c, str) else c for c in self.other_open_claims)


class DepositCase(Facts):
    """One complaint about a deposit; `responses` are recorded answers of the network's nodes."""

    id: Id
    chain: StrictStr
    asset: StrictStr
    claim: Claim
    platform: Platform
    responses: dict[str, object]
    responses_other_chains: dict[str, object] = {}


def deposit_case(facts: dict[str, object]) -> DepositCase:
    """The case that one JSON object holds; raises FactsError missing_field or wrong_type."""
    try:
        return DepositCase.model_validate(facts)
    except ValidationError as error:
        missing = any(found["type"] == "missing" for found in error.errors(include_url=False))
        raise FactsError("missing_field" if missing else "wrong_type") from None
