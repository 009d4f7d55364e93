"""What a text names: transactions, addresses, orders, users, amounts and assets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from services.triage.rules.amounts import amounts_in
from services.triage.rules.assets import assets_in
from services.triage.rules.data import load
from shared.rules.addresses import parse_address

MOST = 50  # of each kind, from one text
FEWEST_DIGITS = 5  # an order number has at least so many

_DATA = load("identifiers.yaml")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{25,128}+(?![0-9A-Za-z])")
_HASH = re.compile(r"(?:0[xX])?[0-9a-fA-F]{64}\Z")
_SOLANA_SIGNATURE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}\Z")
_CODE = re.compile(r"(?<![0-9A-Za-z_.,-])(?=[A-Za-z_-]{0,12}\d)[A-Za-z0-9_-]{4,64}+(?![.,]\d)")
_PREFIXED = re.compile(r"(?:ORD|OID|TRD)[A-Z]{0,3}[-_]?\d", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_LOOK_BACK, _LOOK_AHEAD = 48, 8


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff"
_BETWEEN = rf"(?:\s{{0,2}}(?:{_any_of(_DATA['between'])})){{0,5}}\s{{0,2}}\Z"
_ORDER = re.compile(rf"(?<![{_LETTER}])(?:{_any_of(_DATA['order'])}){_BETWEEN}", re.IGNORECASE)
_USER = re.compile(rf"(?<![{_LETTER}])(?:{_any_of(_DATA['user'])}){_BETWEEN}", re.IGNORECASE)
_ORDER_AFTER = re.compile(rf"\s?(?:号|號|번)?\s?(?:{_any_of(_DATA['order_after'])})")


@dataclass(frozen=True)
class Entities:
    """Each kind once, in the order it is written; ids verbatim, amounts as plain decimals."""

    txid: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    order_id: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    asset: tuple[str, ...] = ()
    uid: tuple[str, ...] = ()


def entities_of(text: str, language: str) -> Entities:
    """Everything an NFKC text names; addresses only where their checksum holds."""
    long = _LONG.findall(text)[:MOST]
    short = _LONG.sub(" ", text)
    users, orders = _numbers(short)
    for code in {*users, *orders}:
        short = short.replace(code, " ")
    assets = assets_in(short)
    return Entities(
        txid=_once(word for word in long if _is_txid(word)),
        address=_once(word for word in long if not _is_txid(word) and _is_address(word)),
        order_id=_once(orders),
        amount=_once(amounts_in(short, assets, language)),
        asset=_once(asset.ticker for asset in assets),
        uid=_once(users),
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(islice(found, MOST)))


def _is_txid(word: str) -> bool:
    return bool(_HASH.match(word) or _SOLANA_SIGNATURE.match(word))


def _is_address(word: str) -> bool:
    parsed = parse_address(word)
    return parsed is not None and not parsed.warnings


def _numbers(text: str) -> tuple[list[str], list[str]]:
    """User numbers and order numbers, told apart by the words that introduce them."""
    users, orders = [], []
    for match in islice(_CODE.finditer(text), MOST):
        code, lead = match[0], text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if _USER.search(lead):
            users.append(code)
        elif _is_order(text, match, lead):
            orders.append(code)
    return users, orders


def _is_order(text: str, match: re.Match[str], lead: str) -> bool:
    if len(_DIGITS.findall(match[0])) < FEWEST_DIGITS:
        return False
    if _PREFIXED.match(match[0]) or _ORDER.search(lead):
        return True
    return bool(_ORDER_AFTER.match(text[match.end() : match.end() + _LOOK_AHEAD]))
