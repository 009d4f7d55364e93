"""The facts of a liquidation dispute, and how one JSON object becomes them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictStr, ValidationError

from services.investigation.playbooks.amounts import total
from services.investigation.playbooks.facts import LARGEST, Facts, FactsError, Id
from services.investigation.playbooks.margin import Position, Side, Tier

Number = Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=40)]
Positive = Annotated[Decimal, Field(gt=0, le=LARGEST, decimal_places=40)]
Rate = Annotated[Decimal, Field(ge=0, lt=1, decimal_places=40)]
Prices = tuple[tuple[Number, Positive], ...]


class AddedMargin(Facts):
    """Margin added, or taken out where negative, in quote units."""

    t: Number
    amount: Number


class TierRow(Facts):
    """A row of the tier table that was in force."""

    notional_cap: Positive
    mmr: Rate
    cum: Number = Decimal(0)


class Execution(Facts):
    """What the engine did, and the rate that it worked with."""

    t: Number
    fill_price: Positive | None = None
    engine_mmr: Rate | None = None


class Rules(Facts):
    """What was promised: a share of the index price, and seconds."""

    max_mark_index_deviation: Annotated[Number, Field(ge=0)]
    max_trigger_lag_s: Annotated[Number, Field(ge=0)]


class LiquidationCase(Facts):
    """One disputed liquidation; times in seconds, the series in any order."""

    id: Id
    symbol: StrictStr = ""
    kind: Literal["liquidation", "auto_deleveraging"]
    margin_mode: Literal["isolated", "cross"]
    side: Side
    size: Positive
    entry: Positive
    initial_margin: Number
    added_margin: tuple[AddedMargin, ...] = ()
    cross_wallet_extra: Number | None = None
    tiers: tuple[TierRow, ...] = ()
    mark: Prices = ()
    last: Prices = ()
    index: Prices = ()
    liquidation: Execution
    rules: Rules

    @property
    def position(self) -> Position:
        """The position as the formulas take it."""
        return Position(self.side, self.size, self.entry)

    @property
    def table(self) -> tuple[Tier, ...]:
        """The tiers by rising cap."""
        rows = (Tier(row.notional_cap, row.mmr, row.cum) for row in self.tiers)
        return tuple(sorted(rows, key=lambda tier: tier.notional_cap))

    @property
    def own_margin(self) -> Decimal:
        """What was there from the start: in cross mode the wallet's extra counts too."""
        extra = self.cross_wallet_extra if self.margin_mode == "cross" else None
        return total((self.initial_margin, extra or Decimal(0)))


def liquidation_case(facts: dict[str, object]) -> LiquidationCase:
    """The case that one JSON object holds; raises FactsError missing_field or wrong_type."""
    try:
        return LiquidationCase.model_validate(facts)
    except ValidationError as error:
        missing = any(found["type"] == "missing" for found in error.errors(include_url=False))
        raise FactsError("missing_field" if missing else "wrong_type") from None
