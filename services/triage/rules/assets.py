"""Which assets a text names: tickers, trading pairs, and the names people use for coins."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.triage.rules.data import load

_DATA = load("assets.yaml")
_TICKERS = frozenset(_DATA["tickers"])
_SHOUTED = frozenset(_DATA["shouted"])  # words of a language too: only in capitals
_QUOTES = tuple(_DATA["quotes"])
_PAIRS = {first + second: first for first in _TICKERS for second in _QUOTES if first != second}
_NAMES = {name.casefold(): ticker for ticker, names in _DATA["names"].items() for name in names}
_STEMS = {name[:-1]: ticker for name, ticker in _NAMES.items() if name.endswith("*")}
_SIGNS = {name: ticker for name, ticker in _NAMES.items() if name[0] >= "\u2000"}
_SPELLED = _PAIRS | dict(zip(_TICKERS, _TICKERS, strict=True))
_LETTERED = _NAMES | {spelled.casefold(): ticker for spelled, ticker in _SPELLED.items()}

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,20}|[\u0400-\u04ff]{2,20}")
_STEM = re.compile("|".join(sorted(_STEMS, key=len, reverse=True)))
_SIGN = re.compile("|".join(sorted(_SIGNS, key=len, reverse=True)))
_DOLLAR_COIN = re.compile(r"(?<=[\d万萬千百亿多个個kKwW])\s?[uU](?![A-Za-z0-9_])")  # 500u, 3万U
_PAIR = re.compile(
    r"[/_-](?:" + "|".join([*_QUOTES, "PERP", "SWAP"]) + r")(?![A-Za-z])", re.IGNORECASE
)
_NETWORK = re.compile(
    r"\s?(?:" + "|".join(map(re.escape, _DATA["networks"])) + r")(?![A-Za-z])", re.IGNORECASE
)
_NETWORK_BEFORE = frozenset(_DATA["networks_before"])
_OVER = frozenset(_DATA["over"])
_ROADS = frozenset(_DATA["roads"])
_LONGEST_BEFORE = 14


class Asset(NamedTuple):
    """A ticker, and where in the text it is named."""

    start: int
    end: int
    ticker: str


def assets_in(text: str) -> list[Asset]:
    """Every asset an NFKC text names, in order; the network a coin travels on is none."""
    named = [*_words(text), *_dollar_coins(text), *(() if text.isascii() else _signs(text))]
    assets = sorted(asset for asset in named if not _is_network(text, asset))
    tickers = {asset.ticker for asset in assets if not _is_road(text, asset)}
    return [asset for asset in assets if not tickers or asset.ticker in tickers]


def _dollar_coins(text: str) -> Iterator[Asset]:
    """What Chinese traders call U."""
    for match in _DOLLAR_COIN.finditer(text):
        yield Asset(match.end() - 1, match.end(), "USDT")


def ticker_at(text: str, start: int) -> str | None:
    """The asset whose name begins at `start`, or after one space."""
    word = _WORD.match(text, start + text.startswith(" ", start))
    return _ticker(word[0]) if word else None


def _words(text: str) -> Iterator[Asset]:
    covered = 0
    for match in _WORD.finditer(text):
        ticker = _ticker(match[0])
        if ticker and match.start() >= covered:
            pair = _PAIR.match(text, match.end())
            covered = pair.end() if pair else match.end()
            yield Asset(match.start(), covered, ticker)


def _signs(text: str) -> Iterator[Asset]:
    for match in _SIGN.finditer(text):
        yield Asset(match.start(), match.end(), _SIGNS[match[0]])


def _ticker(word: str) -> str | None:
    if word[0] > "z":
        lower = word.casefold()
        stem = _STEM.match(lower)
        return _LETTERED.get(lower) or (_STEMS[stem[0]] if stem else None)
    ticker = _LETTERED.get(word.casefold())
    if ticker is None or word == ticker:
        return ticker
    return None if word.upper() in _SHOUTED else ticker


def _is_network(text: str, asset: Asset) -> bool:
    if _NETWORK.match(text, asset.end):
        return True
    return (
        text[asset.start - 1 : asset.start] in " (" and _word_before(text, asset) in _NETWORK_BEFORE
    )


def _is_road(text: str, asset: Asset) -> bool:
    """`USDT sent over Solana`: what another asset travelled on."""
    written = text[asset.start : asset.end].casefold()
    return written in _ROADS or (
        written != asset.ticker.casefold() and _word_before(text, asset) in _OVER
    )


def _word_before(text: str, asset: Asset) -> str:
    before = text[max(0, asset.start - _LONGEST_BEFORE) : asset.start].casefold().split()
    return before[-1].strip("(") if before else ""
