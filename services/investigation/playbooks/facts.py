"""The facts of a deposit complaint, and how one JSON object becomes them."""

from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from shared.errors import RedressError

LARGEST = Decimal(10) ** 40


class FactsError(RedressError):
    """An object that is no deposit case; `slug` says which rule it broke."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


T = TypeVar("T")


def _or_unknown(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """What cannot be meant is as good as not said."""
    try:
        return read(value)
    except ValidationError:
        return None


Amount = Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=40)]
Count = Annotated[StrictInt, Field(ge=0)]
Id = StrictStr | StrictInt
Said = Annotated[T | None, WrapValidator(_or_unknown)]


class Facts(BaseModel):
    """What every group of facts shares: frozen, unknown fields let be, null as good as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        needed = {name for name, field in cls.model_fields.items() if field.is_required()}
        return {name: v for name, v in given.items() if v is not None or name in needed}


class Claim(Facts):
    """What the customer says. Any of it may be unknown or absurd, and none of it is proof."""

    txid: Said[StrictStr]
    address: Said[StrictStr] = None
    amount: Said[Amount] = None
    asset: Said[StrictStr] = None
    network: Said[StrictStr] = None


class Row(Facts):
    """A deposit, or one output of it, that was credited or is claimed; amounts in coins."""

    txid: StrictStr | None = None
    vout: StrictInt | None = None
    user: Id | None = None
    amount: Said[Amount] = None


class Held(Facts):
    """A deposit that the platform has seen and holds back; `state` is the ledger's word for why."""

    txid: StrictStr | None = None
    vout: StrictInt | None = None
    state: StrictStr


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
    held: tuple[Held, ...] = ()
    addresses_of_other_users: tuple[StrictStr, ...] = ()
    other_open_claims: tuple[Row | StrictStr, ...] = ()
    token_contracts: dict[str, dict[str, Token]] = {}

    @property
    def claimed_elsewhere(self) -> tuple[Row, ...]:
        """The other open claims; one may be given as a bare transaction id."""
        return tuple(Row(txid=c) if isinstance(c, str) else c for c in self.other_open_claims)


class DepositCase(Facts):
    """One complaint about a deposit; `responses` are recorded answers of the network's node.

    `seen_before`: an earlier look found the transaction waiting for its confirmations.
    """

    id: Id
    chain: StrictStr
    asset: StrictStr
    claim: Claim
    platform: Platform
    responses: object
    responses_other_chains: dict[str, object] = {}
    seen_before: bool = False


def deposit_case(facts: dict[str, object]) -> DepositCase:
    """The case that one JSON object holds; raises FactsError missing_field or wrong_type."""
    try:
        return DepositCase.model_validate(facts)
    except ValidationError as error:
        missing = any(found["type"] == "missing" for found in error.errors(include_url=False))
        raise FactsError("missing_field" if missing else "wrong_type") from None
