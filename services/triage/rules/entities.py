"""What a text names: transactions, addresses, orders, users, amounts and assets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from services.triage.rules.amounts import amounts_in
from services.triage.rules.assets import assets_in
from services.triage.rules.references import MOST, references_in
from services.triage.rules.spelled import in_figures
from shared.rules.addresses import parse_address

_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{25,128}+(?![0-9A-Za-z])")
_HASH = re.compile(r"(?:0[xX])?[0-9a-fA-F]{64}\Z")
_SOLANA_SIGNATURE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}\Z")


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
    short = _LONG.sub(lambda word: word[0] if word[0].isdigit() else " ", text) if long else text
    users, orders = references_in(short)
    for code in {*users, *orders}:
        short = short.replace(code, " ")
    short = in_figures(short)
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
