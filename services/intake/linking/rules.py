"""Which complaints are about the same matter, from keyed traces of what they say. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import islice, product
from typing import Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict

from services.intake.linking.state import Sought
from services.intake.linking.texts import bands, likeness, pairs, sketch
from services.intake.verification.rules import TXID, recognise
from shared.events.intake import Link
from shared.rules.addresses import parse_address
from shared.rules.reading.folding import plain

Reason = Literal["txid", "order_id", "address", "near_text"]
People = Literal["same-contact", "different-contact", "unknown-contact"]
NAMING: tuple[Reason, ...] = ("txid", "order_id")  # another one of these is another matter
EXACT: tuple[Reason, ...] = (*NAMING, "address")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{25,90}(?![0-9A-Za-z])")


class Numbers(BaseModel):
    """The numbers of `data/linking.yaml`, which says what each is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    within: timedelta
    texts_read: int
    fewest_pairs: int
    near: dict[People, float]
    common_above: int
    most_ids: int
    most_texts: int
    most_links: int
    most_candidates: int


NUMBERS = Numbers.model_validate(
    yaml.safe_load(
        files("services.intake.linking").joinpath("data/linking.yaml").read_text("utf-8")
    )
)


@dataclass(frozen=True, slots=True)
class Traces:
    """What a complaint leaves to be found by: digests under a key, and sketches of its texts.

    `ids` begin with their kind (`txid:…`); `contact` is None where the channel gave none.
    """

    ids: frozenset[str]
    sketches: tuple[bytes, ...]
    contact: str | None
    at: datetime

    @property
    def bands(self) -> frozenset[str]:
        """What near texts are searched by."""
        return frozenset(band for drawn in self.sketches for band in bands(drawn))


def traces_of(sought: Sought, contact: str | None, key: bytes) -> Traces:
    """The traces of what came since the complaint was last compared. Needs unlocked values."""
    words = [plain(text.text) for text in sought.words]
    named = [(kind, getattr(sought, kind)) for kind in EXACT if getattr(sought, kind)]
    found = islice(
        (*named, *(pair for text in words for pair in _named_in(text))), NUMBERS.most_ids
    )
    return Traces(
        ids=frozenset(_digest(key, kind, _spelling(kind, value)) for kind, value in found),
        sketches=_sketches(words, key),
        contact=_digest(key, "contact", contact.strip().casefold()) if contact else None,
        at=sought.at,
    )


def joined(old: Traces | None, new: Traces) -> Traces:
    """All that a complaint is found by, after something was added."""
    if old is None:
        return new
    drawn = tuple(dict.fromkeys((*new.sketches, *old.sketches)))
    return Traces(
        ids=frozenset(sorted(new.ids) + sorted(old.ids - new.ids)[: NUMBERS.most_ids]),
        sketches=drawn[: NUMBERS.most_texts],
        contact=new.contact or old.contact,
        at=max(old.at, new.at),
    )


def links(mine: Traces, others: Mapping[str, Traces]) -> tuple[Link, ...]:
    """The complaints about the same matter, those with most reasons first."""
    common = _common(mine, others.values())
    found = []
    for other, theirs in others.items():
        people = people_of(mine, theirs)
        reasons = _reasons(mine, theirs, people, common)
        if reasons and abs(mine.at - theirs.at) <= NUMBERS.within:
            found.append(Link(other=other, reasons=reasons, people=people))
    found.sort(key=lambda link: (-len(link.reasons), link.other))
    return tuple(found[: NUMBERS.most_links])


def people_of(mine: Traces, theirs: Traces) -> People:
    """Whether both were brought by one person; an account that is only named proves nothing."""
    if mine.contact is None or theirs.contact is None:
        return "unknown-contact"
    return "same-contact" if mine.contact == theirs.contact else "different-contact"


def _reasons(
    mine: Traces, theirs: Traces, people: People, common: frozenset[str]
) -> tuple[Reason, ...]:
    shared = {cast("Reason", mark.partition(":")[0]) for mark in (mine.ids & theirs.ids) - common}
    if not shared.intersection(NAMING) and _names_another(mine, theirs):
        return ()
    near = NUMBERS.near.get(people)
    if near is not None and _likest(mine, theirs) >= near:
        shared.add("near_text")
    return tuple(kind for kind in (*EXACT, "near_text") if kind in shared)


def _names_another(mine: Traces, theirs: Traces) -> bool:
    """Both name a transaction, or an order, and none of them is the same."""
    pairs_ = [(_of(mine, kind), _of(theirs, kind)) for kind in NAMING]
    return any(one and other and not one & other for one, other in pairs_)


def _of(traces: Traces, kind: str) -> frozenset[str]:
    return frozenset(mark for mark in traces.ids if mark.startswith(f"{kind}:"))


def _likest(mine: Traces, theirs: Traces) -> float:
    return max((likeness(*two) for two in product(mine.sketches, theirs.sketches)), default=0.0)


def _common(mine: Traces, others: Iterable[Traces]) -> frozenset[str]:
    """What so many share that it says nothing of any two of them."""
    counted = Counter(mark for theirs in others for mark in mine.ids & theirs.ids)
    return frozenset(mark for mark, count in counted.items() if count > NUMBERS.common_above)


def _named_in(text: str) -> Iterable[tuple[Reason, str]]:
    """What a text names: each transaction, each address that has a sound checksum, its order."""
    for value in TXID.findall(text):
        yield "txid", value
    for value in _LONG.findall(text):
        address = parse_address(value)
        if address and not address.warnings:
            yield "address", value
    order = recognise(text).get("order_id")
    if order:
        yield "order_id", order


def _spelling(kind: str, value: str) -> str:
    """One spelling for all ways to write the same."""
    plain_value = plain(value).strip()
    if kind == "address":
        found = parse_address(plain_value)
        return found.canonical if found else plain_value
    return plain_value.casefold().removeprefix("0x" if kind == "txid" else "#")


def _sketches(words: Iterable[str], key: bytes) -> tuple[bytes, ...]:
    found = (pairs(text, NUMBERS.texts_read) for text in words)
    long_enough = (each for each in found if len(each) >= NUMBERS.fewest_pairs)
    return tuple(sketch(each, key) for each in islice(long_enough, NUMBERS.most_texts))


def _digest(key: bytes, kind: str, value: str) -> str:
    found = hmac.digest(key, f"{kind}|{value}".encode(), hashlib.sha256)
    return f"{kind}:{found[:16].hex()}"
