"""The facts of an order: what was carried out, the book and the mark it met, what did not work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from services.investigation.playbooks.amounts import EXACT, total
from services.investigation.playbooks.sheet import Rules, Sheet, in_force, raw
from shared.connectors.models import Moment, Money
from shared.connectors.trading import Book, Fill, Incident, Order

Level = tuple[Decimal, Decimal]


class TradeRules(Rules):
    """What we publish of trading; shares of a price, and the codes of the trading rules."""

    since: date
    market_slippage: Money
    book_age: timedelta
    mark_age: timedelta
    book_from_mark: Money
    rejections: frozenset[str]
    outage: frozenset[str]


TRADE = Sheet[tuple[TradeRules, ...]].model_validate(raw("trade"))


@dataclass(frozen=True)
class TradeCase:
    """One order; `same` are the account's orders under the same name of the customer's own."""

    order: Order
    fills: tuple[Fill, ...] = ()
    book: Book | None = None
    marks: tuple[tuple[Moment, Money], ...] = ()
    incidents: tuple[Incident, ...] = ()
    same: tuple[Order, ...] = ()

    @cached_property
    def rules(self) -> TradeRules | None:
        """The rules of its day."""
        return in_force(TRADE.rules, self.order.at.date())

    @cached_property
    def buys(self) -> bool:
        """Which side it is on."""
        return self.order.side == "buy"

    @cached_property
    def filled(self) -> Decimal:
        """How much was carried out, in the base asset."""
        return total(fill.size for fill in self.fills)

    @cached_property
    def cost(self) -> Decimal:
        """What was paid or received, in the quote asset."""
        return total(EXACT.multiply(fill.price, fill.size) for fill in self.fills)

    @cached_property
    def levels(self) -> Sequence[Level]:
        """The side of the book that it met, the best first."""
        if self.book is None:
            return ()
        return self.book.asks if self.buys else self.book.bids

    @cached_property
    def mark(self) -> Decimal | None:
        """The mark price at the order, None where there was none shortly before."""
        if self.rules is None:
            return None
        since = self.order.at - self.rules.mark_age
        known = [(at, price) for at, price in self.marks if since <= at <= self.order.at]
        return max(known)[1] if known else None

    @cached_property
    def outage(self) -> Incident | None:
        """What did not work while the order was worked on."""
        parts = self.rules.outage if self.rules else ()
        last = max((fill.at for fill in self.fills), default=self.order.at)
        return next(
            (i for i in self.incidents if i.component in parts and self._met(i, last)), None
        )

    def _met(self, incident: Incident, last: datetime) -> bool:
        ended = incident.ended_at
        return incident.started_at <= last and (ended is None or ended >= self.order.at)

    @cached_property
    def twin(self) -> Order | None:
        """Another order of the same name and terms that was carried out too."""
        alike = (o for o in self.same if o.id != self.order.id and _terms(o) == _terms(self.order))
        return next((o for o in alike if o.filled > 0), None) if self.order.client_id else None


def _terms(order: Order) -> tuple[object, ...]:
    return order.client_id, order.symbol, order.side, order.type, order.size, order.price


def walked(levels: Iterable[Level], size: Decimal) -> Decimal | None:
    """What that size costs from the best level on; None where the levels do not hold it."""
    left, cost = size, Decimal()
    for price, there in levels:
        taken = min(left, there)
        cost = EXACT.add(cost, EXACT.multiply(price, taken))
        left = EXACT.subtract(left, taken)
        if left == 0:
            return cost
    return None
