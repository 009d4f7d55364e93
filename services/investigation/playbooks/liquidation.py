"""The liquidation playbook: a forced liquidation, judged from recorded prices; pure.

The price of a position moves in steps, whenever margin comes or goes. A series crosses at the
first instant at which the price that it then holds touches the price that the position then has.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property, partial
from operator import ge, le

from services.investigation.playbooks.amounts import EXACT, plain, total
from services.investigation.playbooks.liquidation_facts import LiquidationCase
from services.investigation.playbooks.liquidation_words import LIQUIDATION
from services.investigation.playbooks.margin import Tier, priced
from services.investigation.playbooks.series import Series, Step, Tick

SHOWN = Decimal("0.0001")
STALE_S = 60  # a mark price that old at the liquidation is no price
UNDISPUTED = frozenset({"by_rule", "insufficient_data", "adl"})
PriceOf = Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class LiquidationFinding:
    """The finding in the shape of the command line; price to 4 decimals, times in seconds."""

    id: str | int
    finding: str
    liquidation_price: str | None
    tier_mmr: str | None
    first_mark_cross_t: int | float | None
    first_last_cross_t: int | float | None
    compensation_review: bool
    remedy: str
    explanation: str

    def as_dict(self) -> dict[str, object]:
        """The finding as one JSON object."""
        return asdict(self)


def judge_liquidation(case: LiquidationCase) -> LiquidationFinding:
    """The first question of the judgement that has an answer; never raises on any case."""
    seen = Replay(case)
    finding = _finding(seen)
    price = shown(seen.at_liquidation[0]) if case.tiers else None
    return LiquidationFinding(
        id=case.id,
        finding=finding,
        liquidation_price=price,
        tier_mmr=plain(seen.at_liquidation[1].mmr) if case.tiers else None,
        first_mark_cross_t=_seconds(seen.mark_crossed),
        first_last_cross_t=_seconds(seen.last_crossed),
        compensation_review=finding not in UNDISPUTED,
        remedy=LIQUIDATION.remedy(finding),
        explanation=LIQUIDATION.explanation(finding, price),
    )


def shown(price: Decimal) -> str:
    """A price as it is shown: four decimals, half to even."""
    return f"{price.quantize(SHOWN, ROUND_HALF_EVEN, EXACT):f}"


class Replay:
    """The position beside the prices, over time."""

    def __init__(self, case: LiquidationCase) -> None:
        self.case = case
        self.time = case.liquidation.t
        self.mark, self.last, self.index = map(Series, (case.mark, case.last, case.index))
        self._touches = le if case.side == "long" else ge

    @cached_property
    def at_liquidation(self) -> tuple[Decimal, Tier]:
        """The price and tier that the position had when it was liquidated."""
        held = total(m.amount for m in self.case.added_margin if m.t <= self.time)
        margin = total((self.case.own_margin, held))
        return priced(self.case.position, margin, self.case.table)

    @cached_property
    def mark_crossed(self) -> Tick | None:
        """When the mark price first crossed and at which price, also after the liquidation."""
        return self._first(self.mark, self.by_rule)

    @cached_property
    def last_crossed(self) -> Tick | None:
        """When the last traded price first crossed and where, also after the liquidation."""
        return self._first(self.last, self.by_rule)

    def by_rule(self, margin: Decimal) -> Decimal:
        """The price by the tier table."""
        return priced(self.case.position, margin, self.case.table)[0]

    def crossed_without_added(self) -> bool:
        """Whether the mark crossed in time if the margin that was added did not count."""
        price = self.by_rule(self.case.own_margin)
        return self.in_time(self.mark.first([Step(None, price)], self._touches))

    def crossed_by_engine(self) -> bool:
        """Whether the mark crossed in time at the rate that the engine worked with.

        It may have taken the rate alone, with the deduction of the right tier, or the whole row of
        the table with that rate. In a continuous table no other row asks for more than the right
        one does: there the rate alone is what goes wrong.
        """
        rate = self.case.liquidation.engine_mmr
        if rate is None or rate == self.at_liquidation[1].mmr:
            return False
        position, table = self.case.position, self.case.table

        def by_rate(margin: Decimal) -> Decimal:
            return position.price(margin, rate, priced(position, margin, table)[1].cum)

        cums = {tier.cum for tier in table if tier.mmr == rate}
        rows: list[PriceOf] = [partial(position.price, mmr=rate, cum=cum) for cum in cums]
        return any(self.in_time(self._first(self.mark, price)) for price in (by_rate, *rows))

    def _first(self, series: Series, price: PriceOf) -> Tick | None:
        return series.first(self._steps(price), self._touches) if self.case.tiers else None

    def _steps(self, price: PriceOf) -> list[Step]:
        margin = self.case.own_margin
        steps = [Step(None, price(margin))]
        for added in sorted(self.case.added_margin, key=lambda one: one.t):
            margin = total((margin, added.amount))
            if steps[-1].since == added.t:
                steps.pop()
            steps.append(Step(added.t, price(margin)))
        return steps

    def in_time(self, crossed: Tick | None) -> bool:
        """Whether a price crossed by the time of the liquidation."""
        return crossed is not None and crossed[0] <= self.time


def _finding(seen: Replay) -> str:
    if seen.case.kind == "auto_deleveraging":
        return "adl"
    held = seen.mark.held(seen.time)
    if held is None or EXACT.subtract(seen.time, held[0]) > STALE_S or not seen.case.tiers:
        return "insufficient_data"
    crossed = seen.mark_crossed
    if crossed is not None and seen.in_time(crossed):
        return _crossed(seen, *crossed)
    if seen.crossed_without_added():
        return "added_margin_ignored"
    if seen.crossed_by_engine():
        return "wrong_tier"
    return "price_wick_only_last" if seen.in_time(seen.last_crossed) else "premature"


def _crossed(seen: Replay, at: Decimal, mark: Decimal) -> str:
    rules, index = seen.case.rules, seen.index.held(at)
    if index:
        allowed = EXACT.multiply(rules.max_mark_index_deviation, index[1])
        if EXACT.subtract(mark, index[1]).copy_abs() > allowed:
            return "mark_price_deviation"
    late = EXACT.subtract(seen.time, at) > rules.max_trigger_lag_s
    return "late_execution" if late else "by_rule"


def _seconds(crossed: Tick | None) -> int | float | None:
    if crossed is None:
        return None
    time = crossed[0]
    return int(time) if time == time.to_integral_value() else float(time)
