"""The words that point at a secret, in eight languages: dated lists, found in one text."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

LANGUAGES = ("zh", "en", "ko", "ja", "ru", "es", "fr", "vi")
CONCEPTS = ("password", "code", "short_code", "private_key", "api_secret", "seed", "card", "number")
# A word of these scripts may stand without a space beside the next one.
_RANGES = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
SPACELESS = re.compile(f"[{_RANGES}]")
_JOINING = rf"[^\W_{_RANGES}]"
_JOINS = re.compile(_JOINING)


class Cue(NamedTuple):
    """A term of the lists from `start` up to `end`; `concept` says what it points at."""

    start: int
    end: int
    concept: str


@cache
def listed(name: str) -> tuple[str, ...]:
    """Every word of one list in all languages, the longest first."""
    words = {str(word) for data in _data().values() for word in data.get(name, ())}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _data() -> dict[str, dict[str, Any]]:
    root = files("shared.rules").joinpath("data/secrets")
    return {
        language: yaml.load(
            root.joinpath(f"{language}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
        )
        for language in LANGUAGES
    }


class _Terms(NamedTuple):
    """Each term with its concept by its first two letters, or its only one; where it can begin.

    `mixed` are those that may begin inside a word.
    """

    by_start: dict[str, list[tuple[str, str]]]
    places: re.Pattern[str]
    mixed: list[tuple[str, str]]


@cache
def _terms() -> _Terms:
    by_start: dict[str, list[tuple[str, str]]] = {}
    mixed = []
    for concept in CONCEPTS:
        for term in listed(concept):
            if SPACELESS.search(term) and not SPACELESS.match(term):
                mixed.append((term, concept))
            else:
                by_start.setdefault(term[:2], []).append((term, concept))
    letters = sorted({start[0] for start in by_start})
    dense = "".join(letter for letter in letters if SPACELESS.match(letter))
    words = "".join(letter for letter in letters if not SPACELESS.match(letter))
    places = re.compile(rf"[{dense}]|(?<!{_JOINING})[{words}]")
    return _Terms(by_start, places, mixed)


def find_cues(folded: str) -> tuple[Cue, ...]:
    """The cues of a folded text in order; of two, one inside the other, the longer counts."""
    found = sorted(_occurrences(folded), key=lambda cue: (cue.start, -cue.end))
    apart: list[Cue] = []
    for cue in found:
        if not apart or cue.end > apart[-1].end:
            apart.append(cue)
    return tuple(apart)


def _occurrences(folded: str) -> Iterator[Cue]:
    terms = _terms()
    for place in terms.places.finditer(folded):
        at = place.start()
        for start in folded[at : at + 2], folded[at]:
            for term, concept in terms.by_start.get(start, ()):
                if folded.startswith(term, at) and _stands(term, folded, at + len(term)):
                    yield Cue(at, at + len(term), concept)
    for term, concept in terms.mixed if SPACELESS.search(folded) else ():
        at = folded.find(term)
        while at >= 0:
            yield Cue(at, at + len(term), concept)
            at = folded.find(term, at + len(term))


def _stands(term: str, folded: str, end: int) -> bool:
    """Whether a word of a script with spaces ends there; scripts may meet without one."""
    return bool(SPACELESS.match(term)) or not _JOINS.match(folded, end)
