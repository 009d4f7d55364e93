"""A text as sentences, each with the concepts it states."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby, islice

from shared.rules.reading.finder import Hit
from shared.rules.reading.negation import WISH_PARTS, WISHED_AWAY, told

_BREAKS = re.compile(r" [.?] ")
_PAUSES = re.compile(r" [.?,] ")
_ASKING = " ? "
MOST_BREAKS = 400  # what follows is read as one, so that a hostile text costs no more


@dataclass(frozen=True)
class Sentence:
    """The concepts of one sentence with the words that showed each first."""

    words: dict[str, str]

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts this sentence states."""
        return frozenset(self.words)


def sentences(folded: str, hits: list[Hit]) -> tuple[Sentence, ...]:
    """Sentences of a folded text in which any hit lies; a question carries `asked`."""
    hits = _outside_idioms(hits)
    if not hits:
        return ()
    breaks = list(islice(_BREAKS.finditer(folded), MOST_BREAKS))
    starts = [mark.start() for mark in breaks]
    pauses = _clause_starts(folded, hits)
    found = []
    for number, group in groupby(hits, lambda hit: bisect_right(starts, hit.start)):
        words = _words(list(group), pauses, folded)
        if number < len(breaks) and breaks[number][0] == _ASKING:
            words.setdefault("asked", "?")
        found.append(Sentence(words))
    return tuple(found)


def _words(hits: list[Hit], pauses: list[int], folded: str) -> dict[str, str]:
    """Concept -> its first words; what a wish only imagines is left out, to the next turn."""
    words: dict[str, str] = {}
    wished = False
    for _, group in groupby(hits, lambda hit: bisect_right(pauses, hit.start)):
        clause = list(group)
        concepts = {hit.concept for hit in clause}
        wishes = "wish" in concepts or concepts >= WISH_PARTS
        wished = wishes or (wished and clause[0].concept != "but")
        if wishes:
            words.setdefault("wish", "wish")
        for hit in told(clause, folded):
            if not (wished and hit.concept in WISHED_AWAY):
                words.setdefault(hit.concept, folded[hit.start : hit.end].strip())
    return words


def _clause_starts(folded: str, hits: list[Hit]) -> list[int]:
    """Where a clause ends: at punctuation and at words such as "but" and "because"."""
    marks = [mark.start() for mark in islice(_PAUSES.finditer(folded), MOST_BREAKS)]
    turns = [hit.start for hit in hits if hit.concept == "but"]
    return sorted(marks + turns[:MOST_BREAKS])


def _outside_idioms(hits: list[Hit]) -> list[Hit]:
    """Leave out what is only a part of an idiom ("in order to" is no order)."""
    idioms = [(hit.start, hit.end) for hit in hits if hit.concept == "idiom"]
    if not idioms:
        return hits
    kept, number = [], 0
    for hit in hits:
        while number + 1 < len(idioms) and idioms[number + 1][0] <= hit.start:
            number += 1
        start, end = idioms[number]
        if not (start <= hit.start and hit.end <= end and (start, end) != (hit.start, hit.end)):
            kept.append(hit)
    return [hit for hit in kept if hit.concept != "idiom"]
