"""What a complaint must say, what it says already, and what is still missing. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Protocol, cast

import yaml

from shared.events.base import Category, ComplaintFacts
from shared.policy import VerificationPolicy

_WORDS = yaml.safe_load(
    files("services.intake.verification").joinpath("data/words.yaml").read_text("utf-8")
)
SUPPLIED = ("user_id", "txid", "order_id", "address", "amount", "asset")
LONGEST_VALUE = 200
_AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,18})?", re.ASCII)
TXID = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words; those that begin or end in a Latin letter stand alone."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return rf"(?<![a-z])(?:{'|'.join(map(re.escape, longest_first))})"


_CATEGORIES = {name: re.compile(_any_of(words)) for name, words in _WORDS["categories"].items()}
_TROUBLE = re.compile(_any_of(_WORDS["trouble"]))
_AFTER_LABEL = r"(?![a-z])\s{0,3}[:#=]?\s{0,3}([a-z0-9_\-]{3,40})"
_IDS = {
    name: re.compile(_any_of(labels) + _AFTER_LABEL, re.IGNORECASE)
    for name, labels in _WORDS["labels"].items()
}
_ASSETS = {
    name: re.compile(rf"{_any_of(words)}(?![a-z])") for name, words in _WORDS["assets"].items()
}


def recognise(text: str) -> dict[str, str]:
    """The facts that stand in a text beyond doubt: one transaction, one asset, labelled ids."""
    plain = unicodedata.normalize("NFKC", text)
    found = {"txid": _one(TXID.findall(plain))}
    for name, pattern in _IDS.items():
        found[name] = _one(i for i in pattern.findall(plain) if any(map(str.isdigit, i)))
    folded = plain.casefold()
    found["asset"] = _one(name for name, pattern in _ASSETS.items() if pattern.search(folded))
    return {name: value for name, value in found.items() if value}


def _one(values: Iterable[str]) -> str | None:
    """The only value there is; several could mean anything."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def words_of(facts: ComplaintFacts) -> str:
    """All the customer wrote."""
    return f"{facts.subject.text}\n{facts.description.text}"


def category_of(facts: ComplaintFacts) -> Category | None:
    """The customer's own choice, else what the words say clearly; None demands nothing special."""
    if facts.category_hint:
        return facts.category_hint
    folded = unicodedata.normalize("NFKC", words_of(facts)).casefold()
    found = []
    if _TROUBLE.search(folded):
        found = [name for name, pattern in _CATEGORIES.items() if pattern.search(folded)]
    if TXID.search(folded):
        found.append("deposit_withdrawal")
    return cast("Category | None", _one(found))


def missing(
    policy: VerificationPolicy, facts: ComplaintFacts, user_id: str | None, *, doubtful: bool
) -> tuple[str, ...]:
    """What the category needs and we do not hold: RTS (EU) 2025/294 Art. 5(2) forbids asking more.

    Of facts that stand for each other (`txid|order_id`) the first is asked for where none is held.
    `user_id` is the account that the directory knows by the contact; `doubtful` says that the
    account named and the contact do not belong together, so the id has to be said again.
    """
    category = category_of(facts)
    required = policy.required.get(category, ()) if category else ()
    held = completed(facts, {}, user_id)
    return tuple(
        either.partition("|")[0]
        for either in required
        if not any(getattr(held, name, None) for name in either.split("|"))
        or (either == "user_id" and doubtful)
    )


def accepted(supplied: Mapping[str, str]) -> dict[str, str]:
    """Of what came in fields, what is a fact and well formed."""
    return {
        name: value
        for name, value in supplied.items()
        if name in SUPPLIED
        and 0 < len(value) <= LONGEST_VALUE
        and (name != "amount" or _AMOUNT.fullmatch(value))
    }


def unknown_yet(facts: ComplaintFacts, found: Mapping[str, str]) -> dict[str, str]:
    """Of what was recognised, what the facts do not say; recognition never overrules a field."""
    return {name: value for name, value in found.items() if not getattr(facts, name)}


def news(
    facts: ComplaintFacts, found: Mapping[str, str], given: Mapping[str, str], *, confirming: bool
) -> dict[str, str]:
    """Of what a message says, what changes the facts, and a user id that was to be said again."""
    changed = {
        name: value
        for name, value in given.items()
        if getattr(completed(facts, {name: value}), name) != getattr(facts, name)
    }
    said = {**found, **given}
    again = {"user_id": said["user_id"]} if confirming and "user_id" in said else {}
    return {**unknown_yet(facts, found), **changed, **again}


class Deposit(Protocol):
    """A row of the exchange's ledger, as far as it answers a question."""

    @property
    def txid(self) -> str:
        """The transaction."""

    @property
    def asset(self) -> str:
        """The ticker."""

    @property
    def state(self) -> str:
        """`credited` is final."""


def held(facts: ComplaintFacts, deposits: Iterable[Deposit]) -> dict[str, str]:
    """What the ledger answers for the customer: the transaction named, or the only open one."""
    named = spelling(facts.txid) if facts.txid else None
    fitting = [
        deposit
        for deposit in deposits
        if (spelling(deposit.txid) == named if named else deposit.state != "credited")
        and facts.asset in (None, deposit.asset)
    ]
    if len({deposit.txid for deposit in fitting}) != 1:
        return {}
    return {"txid": fitting[0].txid, "asset": fitting[0].asset}


def spelling(txid: str) -> str:
    """A transaction's id in its one spelling."""
    return txid.casefold().removeprefix("0x")


def with_held(facts: ComplaintFacts | None, held: Mapping[str, str]) -> ComplaintFacts | None:
    """The facts with what our own ledger knows; it never overrules what the customer said."""
    return facts and completed(facts, unknown_yet(facts, accepted(held)))


def completed(
    facts: ComplaintFacts, supplied: Mapping[str, str], user_id: str | None = None
) -> ComplaintFacts:
    """The facts with what was supplied since, and the account that the directory found."""
    update: dict[str, str | Decimal] = dict(supplied)
    if "amount" in supplied:
        update["amount"] = Decimal(supplied["amount"])
    if user_id and not facts.user_id:
        update.setdefault("user_id", user_id)
    return facts.model_copy(update=update)
