"""The evidence in a letter: known details, each with its label, written for a reader. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.notify.letters.locale import counted, instant, number
from services.notify.letters.outside import network_name

Words = Mapping[str, Mapping[str, Any]]
OTHER = "other"
_NUMBERS = (
    *("confirmations", "required", "amount_onchain", "minimum", "amount", "fee", "refund"),
    *("liquidation_price", "tier_mmr", "fill_price", "size", "average_price", "expected_price"),
    *("compensation", "attempts", "calls", "failed", "limit", "skew_ms", "allowed_ms"),
)
_INSTANTS = ("liquidated_at", "mark_crossed_at", "last_crossed_at")
_COUNTED = {"promised_minutes": "minutes", "waited_minutes": "minutes", "promised_days": "days"}
_IN_WORDS = {"reason": "whys", "permission": "permissions", "side": "sides"}
_NETWORKS = ("network", "found_on")


def shown(facts: Mapping[str, object], words: Words, language: str) -> list[tuple[str, str]]:
    """Label and value of each detail that has words, in their order; what is true has no value."""
    labels = words["details"]
    known = [name for name in labels if facts.get(name) not in (None, "", False)]
    return [(labels[name], _value(name, facts[name], words, language)) for name in known]


def _value(name: str, value: object, words: Words, language: str) -> str:
    if value is True:
        return ""
    write = _WRITERS.get(name)
    return write(name, value, words, language) if write else str(value)


def _number(_name: str, value: object, _words: Words, language: str) -> str:
    return number(value, language)


def _instant(_name: str, value: object, _words: Words, language: str) -> str:
    return instant(value, language, seconds=True)


def _counted(name: str, value: object, words: Words, language: str) -> str:
    if not isinstance(value, int):
        return str(value)
    return counted(value, words["plurals"][_COUNTED[name]], language)


def _in_words(name: str, value: object, words: Words, _language: str) -> str:
    """Each code of a list in words; one without words gets those for all others."""
    group = words[_IN_WORDS[name]]
    said = (group.get(code.strip(), group[OTHER]) for code in str(value).split(","))
    return ", ".join(dict.fromkeys(said))


def _network(_name: str, value: object, _words: Words, _language: str) -> str:
    return network_name(str(value))


_WRITERS: dict[str, Callable[[str, object, Words, str], str]] = {
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_INSTANTS, _instant),
    **dict.fromkeys(_COUNTED, _counted),
    **dict.fromkeys(_IN_WORDS, _in_words),
    **dict.fromkeys(_NETWORKS, _network),
}
