"""A second judge of liquidations, written from the rules alone: slow, and in exact fractions."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

Case = dict[str, Any]
Limit = Callable[[Fraction], Fraction]


def _at(number: Any) -> Fraction:
    return Fraction(str(number))


class Reference:
    """Looks at every instant at which anything changes."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.long = case["side"] == "long"
        self.size, self.entry = _at(case["size"]), _at(case["entry"])
        self.time = _at(case["liquidation"]["t"])
        self.base = _at(case["initial_margin"])
        if case["margin_mode"] == "cross":
            self.base += _at(case["cross_wallet_extra"])
        self.added = [(_at(one["t"]), _at(one["amount"])) for one in case["added_margin"]]

    def formula(self, margin: Fraction, mmr: Fraction, cum: Fraction) -> Fraction:
        sign = -1 if self.long else 1
        worth = self.entry * self.size + sign * (margin + cum)
        return worth / (self.size * (1 + sign * mmr))

    def margin(self, time: Fraction) -> Fraction:
        return self.base + sum(amount for at, amount in self.added if at <= time)

    def tier(self, margin: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        below = Fraction(-(10**12))
        for row in sorted(self.case["tiers"], key=lambda row: _at(row["notional_cap"])):
            mmr, cum, above = _at(row["mmr"]), _at(row["cum"]), _at(row["notional_cap"])
            price = self.formula(margin, mmr, cum)
            if below < price * self.size <= above:
                return price, mmr, cum
            below = above
        return price, mmr, cum

    def held(self, name: str, time: Fraction) -> tuple[Fraction, Fraction] | None:
        ticks = [(_at(at), _at(price)) for at, price in self.case[name] if _at(at) <= time]
        return max(ticks, default=None)

    def instants(self, name: str) -> Iterable[Fraction]:
        return sorted({_at(at) for at, _ in self.case[name]} | {at for at, _ in self.added})

    def first(self, name: str, limit: Limit) -> Fraction | None:
        for time in self.instants(name):
            held = self.held(name, time)
            if held and (held[1] <= limit(time) if self.long else held[1] >= limit(time)):
                return time
        return None

    def in_time(self, limit: Limit) -> bool:
        at = self.first("mark", limit)
        return at is not None and at <= self.time

    def right(self, time: Fraction) -> Fraction:
        return self.tier(self.margin(time))[0]

    def engine(self, time: Fraction) -> Fraction:
        margin, mmr = self.margin(time), _at(self.case["liquidation"]["engine_mmr"])
        row = next(row for row in self.case["tiers"] if _at(row["mmr"]) == mmr)
        ways = [self.formula(margin, mmr, cum) for cum in (self.tier(margin)[2], _at(row["cum"]))]
        return max(ways) if self.long else min(ways)

    def other_rate(self) -> bool:
        right = self.tier(self.margin(self.time))[1]
        return _at(self.case["liquidation"]["engine_mmr"]) != right

    def finding(self) -> str:
        mark = self.held("mark", self.time)
        if self.case["kind"] == "auto_deleveraging":
            return "adl"
        if mark is None or self.time - mark[0] > 60:
            return "insufficient_data"
        if self.in_time(self.right):
            return self.crossed()
        if self.in_time(lambda _: self.tier(self.base)[0]):
            return "added_margin_ignored"
        if self.other_rate() and self.in_time(self.engine):
            return "wrong_tier"
        last = self.first("last", self.right)
        return "price_wick_only_last" if last is not None and last <= self.time else "premature"

    def crossed(self) -> str:
        at = self.first("mark", self.right)
        assert at is not None
        mark, index, rules = self.held("mark", at), self.held("index", at), self.case["rules"]
        if mark and index:
            away = abs(mark[1] - index[1]) / index[1]
            if away > _at(rules["max_mark_index_deviation"]):
                return "mark_price_deviation"
        late = self.time - at > _at(rules["max_trigger_lag_s"])
        return "late_execution" if late else "by_rule"
