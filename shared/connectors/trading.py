"""What the exchange answers of trading: orders, transfers between accounts, and its incidents."""

from typing import Literal

from shared.connectors.models import Answer, Moment, Money, Row


class Order(Row):
    """An order on the spot market; `size` and `filled` in the base asset."""

    symbol: str
    side: Literal["buy", "sell"]
    type: Literal["market", "limit"]
    price: Money | None = None
    size: Money
    filled: Money
    state: Literal["open", "filled", "cancelled", "rejected"]


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
