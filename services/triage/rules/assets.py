"""Which asset and how much of it a text is about."""

import re
import unicodedata
from dataclasses import dataclass

from services.triage.rules.amounts import NUMBER, plain
from services.triage.rules.data import load

_DATA = load("assets.yaml")
_FIAT = frozenset(_DATA["fiat"])
_STABLE = frozenset({"USDT", "USDC", "BUSD", "DAI", "TUSD", "FDUSD"}) | _FIAT
MOST = 50  # amounts or assets taken from one text


def _spelled(names: list[str]) -> str:
    """An alternation, longest first; `*` lets a word go on; Latin and Cyrillic end at their end."""
    parts = []
    for name in sorted(names, key=len, reverse=True):
        stem = re.escape(name.removesuffix("*"))
        ends = r"\w*" if name.endswith("*") else ("" if ord(name[-1]) >= 0x2000 else r"(?![^\W\d_])")
        parts.append(stem + ends)
    return "|".join(parts)


_NAMES = {name: ticker for ticker, names in _DATA["names"].items() for name in names}
_LOUD = "|".join(sorted(_DATA["shouted"], key=len, reverse=True))
_QUIET = "|".join(sorted({*_DATA["tickers"]} - {*_DATA["shouted"]}, key=len, reverse=True))
_QUOTES = "|".join(_DATA["quotes"])
_TICKER = rf"(?:(?i:{_QUIET})|{_LOUD})"
_ASSET = re.compile(
    rf"(?<![A-Za-z0-9])(?P<ticker>{_TICKER})(?:[/_-]?(?i:{_QUOTES}|PERP))?(?:[/_-](?i:PERP|SWAP))?(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z\u0400-\u04ff])(?P<name>(?i:{_spelled(list(_NAMES))}))"
)
_CASH_CODES = "|".join(_DATA["fiat"])
_CASH = rf"(?:(?i:{_CASH_CODES})(?![A-Za-z])|(?i:{_spelled(_DATA['cash_words'])}))"
_UNIT = "|".join(sorted(map(re.escape, _DATA["units"]), key=len, reverse=True))
_SUM = "|".join(sorted(map(re.escape, _DATA["sums"]), key=len, reverse=True))
_OF = r"(?:\s{0,2}(?:个|個|枚の|枚|개의|개|of|de|d')\s{0,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<sign>[$€£¥₩₫]\s?)?(?P<number>{NUMBER})"
    rf"(?:\s?(?P<unit>(?i:{_UNIT}))(?![A-Za-z\u0400-\u04ff]))?\.?"
    rf"(?P<of>{_OF}\s{{0,2}}(?:(?P<asset>{_ASSET.pattern.replace('?P<ticker>', '').replace('?P<name>', '')})"
    rf"|(?P<coin>[uU])(?![A-Za-z])|(?P<cash>{_CASH})))?"
)
_BEFORE = re.compile(rf"(?P<asset>{_TICKER})\s{{0,2}}[:=]?\s{{0,2}}$")
_NETWORK_AFTER = re.compile(rf"\s?(?:{_spelled(_DATA['networks'])})", re.IGNORECASE)
_NETWORK_BEFORE = re.compile(rf"(?:{'|'.join(_DATA['networks_before'])})\s{{1,2}}$", re.IGNORECASE)
_BEFORE_LENGTH = 14


@dataclass(frozen=True)
class Money:
    """Plain decimal amounts and tickers, each once, in the order they are written."""

    amounts: tuple[str, ...]
    assets: tuple[str, ...]


def money_of(text: str, language: str) -> Money:
    """Amounts that name what they count, and the assets named; a network is no asset."""
    folded = unicodedata.normalize("NFKC", text)
    amounts = [_amount(match, language) for match in _AMOUNT.finditer(folded)]
    assets = [_ticker(match) for match in _ASSET.finditer(folded) if not _is_network(match)]
    if not assets:
        assets = [code for code in re.findall(rf"(?<![A-Za-z])(?:{_CASH_CODES})(?![A-Za-z])", folded)]
    found = [amount for amount in amounts if amount]
    return Money(tuple(dict.fromkeys(found))[:MOST], tuple(dict.fromkeys(assets))[:MOST])


def _amount(match: re.Match[str], language: str) -> str | None:
    unit = (match["unit"] or "").casefold()
    counted = match["of"] or match["sign"] or _before(match)
    if not counted and unit not in _DATA["sums"]:
        return None
    asset = match["asset"]
    whole = not asset or asset.upper() in _STABLE
    return plain(match["number"], unit, language, whole=whole)


def _before(match: re.Match[str]) -> bool:
    """A ticker right before the number counts, unless it belongs to a number before it."""
    start = match.start()
    lead = match.string[max(0, start - _BEFORE_LENGTH) : start]
    found = _BEFORE.search(lead)
    return bool(found) and not re.search(r"\d\s{0,2}$", lead[: found.start()] if found else "")


def _ticker(match: re.Match[str]) -> str:
    if match["ticker"]:
        return match["ticker"].upper()
    return _of_name(match["name"].casefold())


def _of_name(word: str) -> str:
    for name, ticker in _NAMES.items():
        stem = name.casefold()
        if word == stem or (stem.endswith("*") and word.startswith(stem[:-1])):
            return ticker
    return word.upper()


def _is_network(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if _NETWORK_AFTER.match(text, end):
        return True
    return bool(_NETWORK_BEFORE.search(text[max(0, start - _BEFORE_LENGTH) : start]))
