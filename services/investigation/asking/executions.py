"""What is known of the order that a complaint is about: its fills, and what they met."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel

from services.investigation.asking.question import Answer, Asking
from services.investigation.rules.compact import LARGEST, newest
from shared.connectors.trading import Book, Order
from shared.events.investigation import ClaimedFacts

BEFORE = timedelta(minutes=2)
MOST_LEVELS = 400


async def execution(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The order that is named, with its fills, and the book, marks and incidents around it."""
    orders = await asking.exchange.orders(str(claim.user_id))
    order = _named(orders, claim.order_id)
    if order is None:
        return {"order": None}
    fills = await asking.exchange.fills(order.id)
    book = await asking.exchange.book(order.symbol, order.at)
    last = max((fill.at for fill in fills), default=order.at)
    same = tuple(o for o in orders if o.client_id and o.client_id == order.client_id)
    return {
        "order": order.model_dump(mode="json"),
        "fills": _newest(fills, LARGEST // 2),
        "book": book and _cut(book).model_dump(mode="json"),
        "marks": await _marks(asking, order),
        "incidents": await _incidents(asking, order.at, last),
        "same": _newest(same, LARGEST // 8),
    }


def _named(orders: tuple[Order, ...], name: str | None) -> Order | None:
    """By its id, else by the customer's own name for it."""
    by_id = (order for order in orders if order.id == name)
    by_name = (order for order in orders if name and order.client_id == name)
    return next(by_id, None) or next(by_name, None)


def _cut(book: Book) -> Book:
    return book.model_copy(
        update={"bids": book.bids[:MOST_LEVELS], "asks": book.asks[:MOST_LEVELS]}
    )


async def _marks(asking: Asking, order: Order) -> list[object]:
    prices = await asking.exchange.prices(order.symbol, order.at - BEFORE, order.at)
    return newest(prices.model_dump(mode="json")["mark"], LARGEST // 4) if prices else []


async def _incidents(asking: Asking, start: datetime, end: datetime) -> list[object]:
    return _newest(await asking.exchange.incidents(start, end), LARGEST // 8)


def _newest(found: Sequence[BaseModel], largest: int) -> list[object]:
    return newest([row.model_dump(mode="json") for row in found], largest)
