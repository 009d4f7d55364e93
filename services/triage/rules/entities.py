"""What a text names: transactions, addresses, orders, users, amounts and assets."""

import re
import unicodedata
from dataclasses import dataclass

from services.triage.rules.assets import money_of
from services.triage.rules.data import load
from shared.rules.addresses import parse_address

MOST = 50  # of each kind, from one text

_DATA = load("identifiers.yaml")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{25,128}+(?![0-9A-Za-z])")
_HASH = re.compile(r"(?:0[xX])?[0-9a-fA-F]{64}\Z")
_SOLANA_SIGNATURE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}\Z")


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LATIN = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff"
_BETWEEN = rf"(?:\s{{0,2}}(?:{_any_of(_DATA['between'])})){{0,5}}\s{{0,2}}"
_ORDER = re.compile(
    rf"(?<![{_LATIN}])(?:{_any_of(_DATA['order'])}){_BETWEEN}"
    r"(?<![0-9A-Za-z.,])(?P<id>(?=[A-Za-z_-]{0,12}\d)[A-Za-z0-9][A-Za-z0-9_-]{4,63})(?![A-Za-z0-9]|[.,]\d)",
    re.IGNORECASE,
)
_ORDER_PREFIX = re.compile(r"(?<![A-Za-z0-9])(?:ORD|ORDER|OID|TRD)[-_]?\d[A-Za-z0-9-]{3,40}")
_ORDER_AFTER = re.compile(r"(?<![0-9A-Za-z.,])(\d{6,24})\s?(?:号|號)?(?:订单|訂單|委托|注文|주문)")
_USER = re.compile(
    rf"(?<![{_LATIN}])(?:{_any_of(_DATA['user'])}){_BETWEEN}(?P<id>[A-Za-z]{{0,3}}\d{{4,20}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d")
FEWEST_DIGITS = 5


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
    """Everything a text names; addresses only where their checksum holds."""
    wide = unicodedata.normalize("NFKC", text)
    long = dict.fromkeys(_LONG.findall(wide)[:MOST])
    txids = tuple(word for word in long if _HASH.match(word) or _SOLANA_SIGNATURE.match(word))
    addresses = tuple(word for word in long if word not in txids and _is_address(word))
    users = tuple(dict.fromkeys(match["id"] for match in _USER.finditer(wide)))[:MOST]
    money = money_of(_LONG.sub(" ", wide), language)
    orders = tuple(word for word in _orders(wide) if word not in {*users, *txids, *addresses})
    return Entities(txids, addresses, orders[:MOST], money.amounts, money.assets, users)


def _orders(text: str) -> dict[str, None]:
    found = [match["id"] for match in _ORDER.finditer(text)]
    found += _ORDER_PREFIX.findall(text) + _ORDER_AFTER.findall(text)
    return dict.fromkeys(word for word in found if len(_DIGITS.findall(word)) >= FEWEST_DIGITS)


def _is_address(word: str) -> bool:
    parsed = parse_address(word)
    return parsed is not None and not parsed.warnings
