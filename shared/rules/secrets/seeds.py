"""Seed phrases of wallets: words of BIP-39's lists in a row, with a few typos."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from shared.rules.secrets.spans import Page, Span

KIND = "seed-phrase"
LISTS = (
    "english", "chinese_simplified", "chinese_traditional", "czech", "french", "italian",
    "japanese", "korean", "portuguese", "russian", "spanish", "turkish",
)  # fmt: skip
CHINESE = LISTS[1:3]
SIZES = (24, 21, 18, 15, 12)
SHORTEST, TYPOS = 12, 2  # of so many words in a row, so many may be of no list
EDGE = 6  # more words than this beyond a phrase whose checksum is right, and all of them go
NEAR = 20
LEAD = 4  # characters of a sentence (`就是`) that may stand right before the phrase
_WORD = re.compile("(?:[^\\W\\d_]|[\u0300-\u036f\u3099\u309a])+")
_JOINT = re.compile(r"[\s,;|/·、•*-]*(?:\d{1,2}\s*[.):、-]?\s*)?")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOWHERE: dict[str, int] = {}
_PLACES_IN_RUN = [(at, size) for size in SIZES for at in range(LEAD)]
_HANZI = re.compile("[\u4e00-\u9fff]{12,28}")


class Word(NamedTuple):
    """A word of the text; `places` maps the lists it stands on to where (0 to 2047)."""

    start: int
    end: int
    places: dict[str, int]


def find_seeds(page: Page) -> Iterator[Span]:
    """The phrases: 12 or more words in a row of one list, two in twelve of which may be wrong."""
    known = _lists()
    if any(_windows([word in known for word in _WORD.findall(page.folded)])):
        for row in _rows(page.folded):
            for name in dict.fromkeys(name for word in row for name in word.places):
                yield from _phrases(row, name)
    yield from _unspaced(page)


def _rows(folded: str) -> Iterator[list[Word]]:
    """Words with nothing but spaces, commas and numbering between them."""
    row: list[Word] = []
    known = _lists()
    end = 0
    for match in _WORD.finditer(folded):
        between = folded[end : match.start()]
        if row and between != " " and not _JOINT.fullmatch(between):
            yield row
            row = []
        end = match.end()
        row.append(Word(match.start(), end, known.get(match[0], _NOWHERE)))
    yield row


def _windows(known: Sequence[bool]) -> Iterator[int]:
    """The ends of every twelve words of which ten or more are known."""
    count = sum(known[: SHORTEST - 1])
    for end, (first, last) in enumerate(zip(known, known[SHORTEST - 1 :], strict=False), SHORTEST):
        count += last
        if count >= SHORTEST - TYPOS:
            yield end
        count -= first


def _phrases(row: Sequence[Word], name: str) -> Iterator[Span]:
    start = end = 0
    for found in _windows([name in word.places for word in row]):
        if found - SHORTEST > end and end:
            yield _exact(row[start:end], name)
        if found - SHORTEST > end or not end:
            start = found - SHORTEST
        end = found
    if end:
        yield _exact(row[start:end], name)


def _exact(words: Sequence[Word], name: str) -> Span:
    """The phrase whose checksum is right, if there is one; otherwise all of the words."""
    for size in SIZES:
        if not 0 <= len(words) - size <= EDGE:
            continue
        for start in range(len(words) - size + 1):
            phrase = words[start : start + size]
            if checksum([word.places.get(name) for word in phrase]):
                return Span(phrase[0].start, phrase[-1].end, KIND)
    return Span(words[0].start, words[-1].end, KIND)


def checksum(places: Sequence[int | None]) -> bool:
    """Whether the last bits are the checksum of the others (BIP-39)."""
    if len(places) not in SIZES or None in places:
        return False
    bits = "".join(f"{place:011b}" for place in places)
    split = len(bits) * 32 // 33
    entropy = int(bits[:split], 2).to_bytes(split // 8, "big")
    digest = f"{hashlib.sha256(entropy).digest()[0]:08b}"
    return bits[split:] == digest[: len(bits) - split]


def _unspaced(page: Page) -> Iterator[Span]:
    """Chinese characters without spaces: only behind a cue, since prose looks the same."""
    known = _lists()
    for cue in page.cues:
        run = _HANZI.search(page.folded, cue.end, cue.end + NEAR) if cue.concept == "seed" else None
        if run is None:
            continue
        signs = [known.get(sign, _NOWHERE) for sign in run[0]]
        for at, size in _PLACES_IN_RUN:
            tried = signs[at : at + size] if at + size <= len(signs) else ()
            if any(checksum([sign.get(name) for sign in tried]) for name in CHINESE):
                yield Span(run.start() + at, run.start() + at + size, KIND)
                break


@cache
def _lists() -> dict[str, dict[str, int]]:
    """Every word, composed, decomposed and without accents -> the lists it is on, and where."""
    found: dict[str, dict[str, int]] = {}
    folder = files("mnemonic").joinpath("wordlist")
    for name in LISTS:
        words = folder.joinpath(f"{name}.txt").read_text("utf-8").lower().split()
        for place, word in enumerate(words):
            apart = unicodedata.normalize("NFKD", word)
            composed = unicodedata.normalize("NFKC", word)
            for spelled in {apart, composed, _ACCENTS.sub("", apart)}:
                found.setdefault(spelled, {}).setdefault(name, place)
    return found
