"""The trade playbook: how an order was carried out, judged by its limit, book and mark; pure."""

from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from services.investigation.playbooks.amounts import EXACT, plain, total
from services.investigation.playbooks.sheet import Detail, Found
from services.investigation.playbooks.trade_facts import TradeCase, TradeRules, walked

SMALLEST = Decimal("0.00000001")
SIDES, TYPES = frozenset({"buy", "sell"}), frozenset({"market", "limit"})
STATES = frozenset({"open", "filled", "cancelled", "rejected"})
TWO = Decimal(2)


def judge_trade(case: TradeCase) -> Found | str:
    """The finding, or the code why a person is needed; never raises on any case."""
    if case.rules is None or _unclear(case):
        return "facts-unclear"
    if case.outage:
        return Found("execution_in_outage", _named(case) | {"incident": case.outage.id})
    if case.twin or case.filled > case.order.size:
        other = case.twin.id if case.twin else case.order.id
        return Found("duplicate_execution", _named(case) | {"other_order": other})
    if case.filled != case.order.filled:
        return "fills-unclear"
    if not case.fills:
        return _not_carried_out(case, case.rules)
    return _carried_out(case, case.rules)


def _unclear(case: TradeCase) -> bool:
    order = case.order
    known = order.side in SIDES and order.type in TYPES and order.state in STATES
    priced = order.type == "market" or (order.price or 0) > 0
    return not (known and priced and order.size > 0 and all(_sound(case)))


def _sound(case: TradeCase) -> list[bool]:
    order = case.order
    return [
        fill.price > 0
        and fill.size > 0
        and fill.at >= order.at
        and (fill.order_id, fill.user_id) == (order.id, order.user_id)
        for fill in case.fills
    ]


def _not_carried_out(case: TradeCase, rules: TradeRules) -> Found | str:
    if case.order.state not in {"rejected", "cancelled"}:
        return "order-open"
    if case.order.reason not in rules.rejections:
        return "reason-unknown"
    return Found("order_rejected_by_rule", _named(case) | {"reason": case.order.reason})


def _carried_out(case: TradeCase, rules: TradeRules) -> Found | str:
    if case.order.type == "limit":
        return _against_limit(case)
    if problem := _no_measure(case, rules):
        return problem
    expected = walked(case.levels, case.filled)
    if expected is None:
        return "book-too-shallow"
    worse = _worse(case, case.cost, expected)
    allowed = EXACT.multiply(expected, rules.market_slippage)
    return _found(case, expected, worse if worse > allowed else Decimal())


def _against_limit(case: TradeCase) -> Found | str:
    """No part of a limit order may be carried out at a worse price than its limit."""
    limit = case.order.price or Decimal()
    over = (EXACT.multiply(_worse(case, f.price, limit), f.size) for f in case.fills)
    excess = total(part for part in over if part > 0)
    return _found(case, EXACT.multiply(limit, case.filled), excess)


def _no_measure(case: TradeCase, rules: TradeRules) -> str | None:
    """Why the book is no measure of a market order, None where it is one."""
    book = case.book
    if book is None or book.symbol != case.order.symbol or not (book.bids and book.asks):
        return "book-missing"
    if not timedelta() <= case.order.at - book.at <= rules.book_age:
        return "book-old"
    if not _ordered([p for p, _ in reversed(book.bids)] + [p for p, _ in book.asks]):
        return "book-unclear"
    if case.mark is None:
        return "mark-missing"
    middle = EXACT.divide(EXACT.add(book.bids[0][0], book.asks[0][0]), TWO)
    off = EXACT.subtract(middle, case.mark).copy_abs()
    return "book-off-mark" if off > EXACT.multiply(case.mark, rules.book_from_mark) else None


def _ordered(prices: list[Decimal]) -> bool:
    """From the worst bid up to the worst ask each price is above the one before."""
    return prices[0] > 0 and all(a < b for a, b in pairwise(prices))


def _worse(case: TradeCase, got: Decimal, expected: Decimal) -> Decimal:
    """How much worse for the customer; below zero it was better."""
    return EXACT.subtract(got, expected) if case.buys else EXACT.subtract(expected, got)


def _found(case: TradeCase, expected: Decimal, excess: Decimal) -> Found | str:
    due = excess.quantize(SMALLEST, ROUND_DOWN, EXACT)
    prices: dict[str, Detail] = {
        "average_price": _price(case.cost, case.filled),
        "expected_price": _price(expected, case.filled),
        "quote": case.order.quote,
    }
    if due <= 0:
        return Found("execution_by_rule", _named(case) | prices)
    if case.order.quote is None:
        return "quote-unknown"
    return Found("slippage_excess", _named(case) | prices | {"compensation": plain(due)})


def _price(cost: Decimal, size: Decimal) -> str:
    return plain(EXACT.divide(cost, size).quantize(SMALLEST, ROUND_HALF_EVEN, EXACT))


def _named(case: TradeCase) -> dict[str, Detail]:
    order = case.order
    named = {"order": order.id, "symbol": order.symbol, "side": order.side}
    return {**named, "size": plain(order.size)}


def compensation(found: Found) -> Decimal:
    """What is paid for slippage: (carried out - expected) times size, in the quote asset."""
    return Decimal(str(found.details["compensation"]))
