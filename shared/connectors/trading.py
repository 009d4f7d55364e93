"""What the exchange answers of trading: orders, fills, books, transfers, and its incidents."""

from typing import Literal

from shared.connectors.models import Answer, Moment, Money, Row


class Order(Row):
    """An order on the spot market; `size` and `filled` in the base asset.

    Sides: `buy`, `sell`; types: `market`, `limit`; states: `open`, `filled`, `cancelled`,
    `rejected`.
    `quote` is the asset that prices are in, `client_id` the customer's own name for the order,
    `reason` the code why it was rejected or cancelled.
    """

    symbol: str
    side: str
    type: str
    price: Money | None = None
    size: Money
    filled: Money
    state: str
    quote: str | None = None
    client_id: str | None = None
    reason: str | None = None


class Fill(Row):
    """A part of an order that was carried out; `price` in the quote asset, `size` in the base."""

    order_id: str
    price: Money
    size: Money


class Book(Answer):
    """The order book at an instant: price and size of each level, the best first."""

    symbol: str
    at: Moment
    bids: tuple[tuple[Money, Money], ...] = ()
    asks: tuple[tuple[Money, Money], ...] = ()


class Transfer(Row):
    """A transfer between two accounts of the exchange, seen from one of them."""

    asset: str
    amount: Money
    direction: Literal["in", "out"]
    counterparty: str


class Incident(Answer):
    """A time in which a part of the exchange did not work; open while `ended_at` is None."""

    id: str
    component: str
    title: str
    started_at: Moment
    ended_at: Moment | None = None
