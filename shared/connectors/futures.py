"""What the exchange answers about futures: positions, their margin, its tables, and prices."""

from typing import Literal

from shared.connectors.models import Answer, Moment, Money, Row


class AddedMargin(Answer):
    """Margin that was put into a position, in the quote currency."""

    at: Moment
    amount: Money


class Tier(Answer):
    """One step of the maintenance margin table: cap in quote currency, rate, deduction."""

    notional_cap: Money
    mmr: Money
    cum: Money


class TierTable(Answer):
    """The maintenance margin table of a symbol that has been in force since an instant."""

    symbol: str
    since: Moment
    tiers: tuple[Tier, ...]


class Liquidation(Answer):
    """What the engine did and the maintenance rate it used."""

    at: Moment
    fill_price: Money
    engine_mmr: Money


class Position(Row):
    """A futures position; `at` is its opening."""

    symbol: str
    kind: Literal["open", "liquidation", "auto_deleveraging"] = "open"
    margin_mode: Literal["isolated", "cross"]
    side: Literal["long", "short"]
    size: Money
    entry: Money
    leverage: Money
    initial_margin: Money
    added_margin: tuple[AddedMargin, ...] = ()
    cross_wallet_extra: Money | None = None
    liquidation: Liquidation | None = None


class Prices(Answer):
    """Three price series of a symbol, each in order of time."""

    mark: tuple[tuple[Moment, Money], ...] = ()
    last: tuple[tuple[Moment, Money], ...] = ()
    index: tuple[tuple[Moment, Money], ...] = ()
