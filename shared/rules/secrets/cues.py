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
SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


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


@cache
def _terms() -> tuple[tuple[str, str, frozenset[str]], ...]:
    pairs = ((term, concept) for concept in CONCEPTS for term in listed(concept))
    return tuple((term, concept, frozenset(term)) for term, concept in pairs)


def find_cues(folded: str) -> tuple[Cue, ...]:
    """The cues of a folded text in order; of two, one inside the other, the longer counts."""
    found = sorted(_occurrences(folded), key=lambda cue: (cue.start, -cue.end))
    apart: list[Cue] = []
    for cue in found:
        if not apart or cue.end > apart[-1].end:
            apart.append(cue)
    return tuple(apart)


def _occurrences(folded: str) -> Iterator[Cue]:
    letters = set(folded)
    for term, concept, needed in _terms():
        at = folded.find(term) if needed <= letters else -1
        while at >= 0:
            end = at + len(term)
            if SPACELESS.search(term) or _alone(folded, at, end):
                yield Cue(at, end, concept)
            at = folded.find(term, end)


def _alone(folded: str, start: int, end: int) -> bool:
    """Whether a word of a script with spaces stands as a word; scripts may meet without one."""
    return not (_joins(folded[start - 1 : start]) or _joins(folded[end : end + 1]))


def _joins(character: str) -> bool:
    return character.isalnum() and not SPACELESS.match(character)
