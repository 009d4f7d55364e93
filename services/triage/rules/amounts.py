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


_LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff"


def _any_of(words: list[str]) -> str:
    """An alternation, longest first; words of letters end at their end, `*` lets them go on."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        lettered = word[-1].isalpha() and ord(word[-1]) < ord("\u2000")
        end = r"\w*" if word.endswith("*") else f"(?![{_LETTER}])" if lettered else ""
        parts.append(re.escape(word.removesuffix("*")) + end)
    return "|".join(parts)


_DIGIT = re.compile(r"\d")
_GROUPED = r"\d{1,3}(?:[ ,.'\u2019]\d{3}){1,5}(?!\d)(?:[.,]\d{1,18})?"
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z_.,\u00c0-\u04ff])(?P<sign>(?:[A-Z]{1,2}(?=\$))?[$€£¥₩₫]\s?)?"
    rf"(?P<number>{_GROUPED}|\d{{1,18}}(?:[.,]\d{{1,18}})?)"
    rf"(?:\s?(?P<unit>(?i:{_any_of(list(_UNITS))}))\.?(?:(?P<rest>\d{{1,3}})(?![\d.,]))?)?"
    rf"(?P<half>\s?(?i:{_any_of(_DATA['and_half'])}))?"
)
_COUNTING = re.compile(rf"\s{{0,2}}(?:(?i:{_any_of(_DATA['counting'])})\s{{0,2}}){{0,2}}")
_CASH = re.compile(
    rf"\s{{0,2}}(?:(?i:{_any_of(_DATA['vaguely'])})\s?)?"
    rf"(?:[uU](?![A-Za-z])|(?i:{_any_of(_DATA['cash'])}))"
)
_CASH_BEFORE = re.compile(
    rf"(?<![A-Za-z])(?:{_any_of(_DATA['cash_before'])})[ :]{{0,2}}\Z", re.IGNORECASE
)
_LONGEST_CASH = 10
_NO_MONEY = re.compile(rf"\s?(?:[%x]|:\d|[-/]\d|(?i:{_any_of(_DATA['no_money'])}))", re.IGNORECASE)


def amounts_in(text: str, assets: list[Asset], language: str) -> Iterator[str]:
    """Plain decimals of the numbers in an NFKC text that say what they count."""
    if not _DIGIT.search(text):
        return
    by_start = {asset.start: asset for asset in assets}
    by_end = {asset.end: asset for asset in assets}
    for match in islice(_NUMBER.finditer(text), MOST_NUMBERS):
        counted = by_start.get(_after(text, match.end())) or _before(by_end, text, match)
        if counted or _is_cash(text, match):
            yield plain(match, language, counted.ticker if counted else None)


def is_money(text: str, end: int) -> bool:
    """Whether a currency stands behind a number that ends at `end`."""
    return bool(_CASH.match(text, end))


def _is_cash(text: str, match: re.Match[str]) -> bool:
    if match["sign"] or (match["unit"] or "").casefold() in _SUMS or is_money(text, match.end()):
        return True
    if not _CASH_BEFORE.search(text, max(0, match.start() - _LONGEST_CASH), match.start()):
        return False
    return not _NO_MONEY.match(text, match.end())


def _after(text: str, end: int) -> int:
    found = _COUNTING.match(text, end)
    return found.end() if found else end


def _before(by_end: dict[int, Asset], text: str, match: re.Match[str]) -> Asset | None:
    """`USDT 500`; but in `0.5 BTC 3 days ago` the ticker belongs to the number before it."""
    start = match.start()
    if text[start - 1 : start] in " :=":
        asset = by_end.get(start - len(text[max(0, start - 4) : start]) + _trimmed(text, start))
    else:
        asset = by_end.get(start)
    if asset is None or _NO_MONEY.match(text, match.end()):
        return None
    return None if text[max(0, asset.start - 2) : asset.start].strip()[-1:].isdigit() else asset


def _trimmed(text: str, start: int) -> int:
    return len(text[max(0, start - 4) : start].rstrip(" :="))


def plain(match: re.Match[str], language: str, ticker: str | None) -> str:
    """`1,500` `1 500` `1.5`+`万` `0,5` `3tr5` as a plain decimal.

    A lone separator before three digits is read by the language and by what is counted: money and
    coins of small worth are rarely cut finer.
    """
    whole = ticker is None or ticker in _WHOLE
    groups = _DOT_GROUPS if ticker else _DOT_GROUPS | _COMMA_DECIMALS
    digits = re.sub(r"[ '\u2019]", "", match["number"])
    value = Decimal(_dotted(digits, language, groups if whole else frozenset()))
    unit = _UNITS.get((match["unit"] or "").casefold(), 1)
    if match["rest"]:
        value += Decimal(int(match["rest"])).scaleb(-len(match["rest"]))
    if match["half"]:
        value += Decimal("0.5")
    text = f"{value * unit:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dotted(digits: str, language: str, groups: frozenset[str]) -> str:
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        decimal = max(digits.rfind(","), digits.rfind("."))
        return re.sub(r"[.,]", "", digits[:decimal]) + "." + digits[decimal + 1 :]
    if commas + dots > 1:
        return re.sub(r"[.,]", "", digits)
    return _one_separator(digits, language, groups)


def _one_separator(digits: str, language: str, groups: frozenset[str]) -> str:
    before, separator, after = digits.replace(".", ",").partition(",")
    grouped = len(after) == 3 and before.strip("0") != ""  # noqa: PLR2004 - thousands
    if "," in digits:
        grouped = grouped and (bool(groups) or language not in _COMMA_DECIMALS)
    else:
        grouped = grouped and language in groups
    if not separator:
        return digits
    return before + after if grouped else f"{before}.{after}"
