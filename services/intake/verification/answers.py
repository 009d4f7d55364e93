"""What a reply means by a value that it does not name, given what was asked. Pure."""

import re
from collections.abc import Iterable, Iterator

from services.intake.verification.rules import recognise
from shared.rules.addresses import parse_address
from shared.rules.reading.folding import plain

CODES = ("user_id", "order_id")
FEWEST_DIGITS = 3
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.,-]*[0-9A-Za-z]|[0-9A-Za-z]")
_SIGNATURE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}")  # a transaction's id on Solana
_CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9_-]{4,40}")
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{1,2}){0,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2,4}")
_NUMBER = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,18})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,18}")
_COMMA = re.compile(r"[0-9]{1,20},(?:[0-9]{1,2}|[0-9]{4,18})")  # 1,500 could be either
_AMOUNT_WITH_UNIT = re.compile(r"([0-9][0-9.,]*)[A-Za-z]{2,6}")


def answers(text: str, asked: Iterable[str]) -> dict[str, str]:
    """The facts of a reply: what stands in it beyond doubt, and what only one question can mean."""
    found = recognise(text)
    still = [item for item in asked if item not in found]
    words = [word for word in _WORD.findall(plain(text)) if word not in found.values()]
    guessed = {
        "txid": _only(word for word in words if _SIGNATURE.fullmatch(word)),
        "address": _only(word for word in words if _is_address(word)),
        "amount": _only(_amounts(words, codes=any(item in still for item in CODES))),
    }
    codes = [item for item in still if item in CODES]
    if len(codes) == 1:
        guessed[codes[0]] = _only(_codes(words, amounts="amount" in still))
    return {**{item: guessed[item] for item in still if guessed.get(item)}, **found}


def _is_address(word: str) -> bool:
    address = parse_address(word)
    return address is not None and not address.warnings


def _codes(words: Iterable[str], *, amounts: bool) -> Iterator[str]:
    """Numbers of an order or an account; a bare number may be the amount, where one was asked."""
    for word in words:
        enough = sum(map(str.isdigit, word)) >= FEWEST_DIGITS
        other = _DATE.fullmatch(word) or (amounts and _NUMBER.fullmatch(word))
        if enough and _CODE.fullmatch(word) and not other:
            yield word


def _amounts(words: Iterable[str], *, codes: bool) -> Iterator[str]:
    """Plain decimals; a whole number may be an order's, where one was asked."""
    for word in words:
        unit = _AMOUNT_WITH_UNIT.fullmatch(word)
        value = _decimal(unit[1] if unit else word)
        if value and not (codes and value.isdigit() and not unit) and not _DATE.fullmatch(word):
            yield value


def _decimal(word: str) -> str | None:
    if _NUMBER.fullmatch(word):
        return word
    if _GROUPED.fullmatch(word):
        return word.replace(",", "")
    return word.replace(",", ".") if _COMMA.fullmatch(word) else None


def _only(values: Iterable[str]) -> str:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""
