"""Liquidation prices of futures: formulas alone, in exact decimals.

Source: domain.md 6 C, after the published margin rules of the large venues. Prices are in quote
units per unit of base, `size` in base units, margins in quote units, rates as shares (0.004).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.investigation.playbooks.amounts import EXACT

Side = Literal["long", "short"]

ONE = Decimal(1)


@dataclass(frozen=True)
class Position:
    """A linear position: what was opened, which way, at which price."""

    side: Side
    size: Decimal
    entry: Decimal

    def bankruptcy(self, margin: Decimal) -> Decimal:
        """The price at which `margin` is used up."""
        return self.price(margin, Decimal(0))

    def price(
        self, margin: Decimal, mmr: Decimal, cum: Decimal = Decimal(0), fee: Decimal = Decimal(0)
    ) -> Decimal:
        """The price at which `margin` falls to the maintenance margin, fees included.

        Long (entry*size - margin - cum) / (size*(1 - mmr - fee)), short
        (entry*size + margin + cum) / (size*(1 + mmr + fee)). Not above zero: no price liquidates.
        """
        worth, rate = EXACT.multiply(self.entry, self.size), EXACT.add(mmr, fee)
        held = EXACT.add(margin, cum)
        if self.side == "long":
            top, share = EXACT.subtract(worth, held), EXACT.subtract(ONE, rate)
        else:
            top, share = EXACT.add(worth, held), EXACT.add(ONE, rate)
        return EXACT.divide(top, EXACT.multiply(self.size, share))


@dataclass(frozen=True)
class Tier:
    """A row of the tier table: up to which notional, at which rate, with which deduction."""

    notional_cap: Decimal
    mmr: Decimal
    cum: Decimal


def priced(position: Position, margin: Decimal, tiers: Sequence[Tier]) -> tuple[Decimal, Tier]:
    """The liquidation price and the tier that its own notional falls into.

    `tiers` by rising cap, at least one. A notional at a cap is still in that tier; one above the
    last cap is in the last. Where `cum` makes the table continuous there is exactly one such tier.
    """
    for tier in tiers[:-1]:
        price = position.price(margin, tier.mmr, tier.cum)
        if EXACT.multiply(price, position.size) <= tier.notional_cap:
            return price, tier
    last = tiers[-1]
    return position.price(margin, last.mmr, last.cum), last


def inverse_price(
    side: Side, face: Decimal, entry: Decimal, margin: Decimal, mmr: Decimal, fee: Decimal
) -> Decimal:
    """The same for a contract settled in coin: `face` in quote units, `margin` in coin.

    Long (1 + mmr + fee) / (margin/face + 1/entry), short (1 - mmr - fee) / (1/entry - margin/face).
    Raises decimal.DivisionByZero for a short whose margin covers every price.
    """
    cover, start = EXACT.divide(margin, face), EXACT.divide(ONE, entry)
    rate = EXACT.add(mmr, fee)
    if side == "long":
        return EXACT.divide(EXACT.add(ONE, rate), EXACT.add(cover, start))
    return EXACT.divide(EXACT.subtract(ONE, rate), EXACT.subtract(start, cover))
