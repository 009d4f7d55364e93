"""Amounts of money as people write them, as plain decimals."""

import re
from decimal import Decimal

from services.triage.rules.data import load

_DATA = load("assets.yaml")
_UNITS = {str(unit): int(factor) for unit, factor in _DATA["units"].items()}
DOT_GROUPS = frozenset({"es", "vi", "pt", "it", "de", "id", "tr", "nl"})  # 1.500 is 1500
COMMA_DECIMALS = DOT_GROUPS | {"fr", "ru", "uk", "pl", "bg"}  # 0,125 is 0.125
LONGEST_GROUP = 3

NUMBER = r"\d{1,3}(?:[ ,.'’]\d{3}){1,5}(?!\d)(?:[.,]\d{1,18})?|\d{1,18}(?:[.,]\d{1,18})?"


def plain(written: str, unit: str, language: str, *, whole: bool) -> str:
    """`1,500` `1 500` `1.5`+`万` `0,5` as a plain decimal; `whole`: money rarely cut finer.

    A lone separator before three digits is read by the language and by what is counted.
    """
    value = Decimal(_dotted(re.sub(r"[ '’]", "", written), language, whole=whole))
    value *= _UNITS.get(unit.casefold(), 1)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dotted(digits: str, language: str, *, whole: bool) -> str:
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        decimal = max(digits.rfind(","), digits.rfind("."))
        return re.sub(r"[.,]", "", digits[:decimal]) + "." + digits[decimal + 1 :]
    if not commas and not dots:
        return digits
    if commas + dots > 1:
        return re.sub(r"[.,]", "", digits)
    return _one_separator(digits, "," if commas else ".", language, whole=whole)


def _one_separator(digits: str, separator: str, language: str, *, whole: bool) -> str:
    before, after = digits.split(separator)
    grouped = len(after) == LONGEST_GROUP and before.lstrip("0") and len(before) <= LONGEST_GROUP
    if separator == ",":
        grouped = grouped and (whole or language not in COMMA_DECIMALS)
    else:
        grouped = grouped and whole and language in DOT_GROUPS
    return before + after if grouped else f"{before}.{after}"
