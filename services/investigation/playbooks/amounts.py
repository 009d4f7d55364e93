"""Exact amounts: whole units and coins, without rounding and without a float."""

from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation

from services.investigation.playbooks.answers import UnclearError

EXACT = Context(prec=200)  # a number of 256 bits with 77 decimals fits
WIDEST = 100


def coins(units: Decimal, decimals: int) -> Decimal:
    """Units of the smallest kind as coins."""
    return units.scaleb(-decimals, EXACT)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    result = Decimal()
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def plain(amount: Decimal) -> str:
    """The amount in plain digits: no exponent, no zeros after the last decimal that counts."""
    digits = f"{amount:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def decimal_of(text: str) -> Decimal:
    """A finite number of a sane size; anything else is unclear."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnclearError from None
    if not number.is_finite() or len(text) > WIDEST or abs(number.adjusted()) > WIDEST:
        raise UnclearError
    return number
