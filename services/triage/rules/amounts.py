"""Amounts of money as people write them, as plain decimals."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from services.triage.rules.assets import Asset
from services.triage.rules.data import load

MOST_NUMBERS = 500  # looked at in one text: a longer list is no complaint

_DATA = load("assets.yaml")
_UNITS = {unit.casefold(): int(factor) for unit, factor in _DATA["units"].items()}
_SUMS = frozenset(_DATA["sums"])  # units that only sums of money carry
_WHOLE = frozenset(_DATA["whole"])  # counted in hundreds and thousands, seldom in thousandths
_DOT_GROUPS = frozenset(_DATA["dot_groups"])  # languages where 1.500 is 1500
_COMMA_DECIMALS = frozenset(_DATA["comma_decimals"])  # where 0,125 is 0.125


def _any_of(words: list[str]) -> str:
    """An alternation, longest first; words of letters end at their end, `*` lets them go on."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        lettered = word[-1].isalpha() and ord(word[-1]) < ord("\u2000")
        end = r"\w*" if word.endswith("*") else r"(?![^\W\d_])" if lettered else ""
        parts.append(re.escape(word.removesuffix("*")) + end)
    return "|".join(parts)


_GROUPED = r"\d{1,3}(?:[ ,.'\u2019]\d{3}){1,5}(?!\d)(?:[.,]\d{1,18})?"
_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z_.,\u00c0-\u04ff])(?P<sign>[$€£¥₩₫]\s?)?(?P<number>{_GROUPED}|\d{{1,18}}(?:[.,]\d{{1,18}})?)"
    rf"(?:\s?(?P<unit>(?i:{_any_of(list(_UNITS))}))\.?)?"
)
_COUNTING = re.compile(rf"\s{{0,2}}(?:(?i:{_any_of(_DATA['counting'])})\s{{0,2}})?")
_CASH = re.compile(rf"\s{{0,2}}(?:[uU](?![A-Za-z])|(?i:{_any_of(_DATA['cash'])}))")


def amounts_in(text: str, assets: list[Asset], language: str) -> Iterator[str]:
    """Plain decimals of the numbers in an NFKC text that say what they count."""
    by_start = {asset.start: asset for asset in assets}
    by_end = {asset.end: asset for asset in assets}
    for match in islice(_NUMBER.finditer(text), MOST_NUMBERS):
        unit = (match["unit"] or "").casefold()
        counted = by_start.get(_after(text, match.end())) or _before(by_end, text, match.start())
        if counted or match["sign"] or unit in _SUMS or _CASH.match(text, match.end()):
            whole = counted is None or counted.ticker in _WHOLE
            yield plain(match["number"], unit, language, whole=whole)


def _after(text: str, end: int) -> int:
    found = _COUNTING.match(text, end)
    return found.end() if found else end


def _before(by_end: dict[int, Asset], text: str, start: int) -> Asset | None:
    """`USDT 500`; but in `0.5 BTC 3 days ago` the ticker belongs to the number before it."""
    asset = by_end.get(
        len(text[:start].rstrip(" :=")) if text[start - 1 : start] in " :=" else start
    )
    if asset and text[max(0, asset.start - 2) : asset.start].strip()[-1:].isdigit():
        return None
    return asset


def plain(written: str, unit: str, language: str, *, whole: bool) -> str:
    """`1,500` `1 500` `1.5`+`万` `0,5` as a plain decimal; `whole`: money rarely cut finer.

    A lone separator before three digits is read by the language and by what is counted.
    """
    value = Decimal(_dotted(re.sub(r"[ '\u2019]", "", written), language, whole=whole))
    text = f"{value * _UNITS.get(unit, 1):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dotted(digits: str, language: str, *, whole: bool) -> str:
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        decimal = max(digits.rfind(","), digits.rfind("."))
        return re.sub(r"[.,]", "", digits[:decimal]) + "." + digits[decimal + 1 :]
    if commas + dots > 1:
        return re.sub(r"[.,]", "", digits)
    return _one_separator(digits, language, whole=whole)


def _one_separator(digits: str, language: str, *, whole: bool) -> str:
    before, separator, after = digits.replace(".", ",").partition(",")
    grouped = len(after) == 3 and before.strip("0") != ""  # noqa: PLR2004 - thousands
    if "," in digits:
        grouped = grouped and (whole or language not in _COMMA_DECIMALS)
    else:
        grouped = grouped and whole and language in _DOT_GROUPS
    if not separator:
        return digits
    return before + after if grouped else f"{before}.{after}"
