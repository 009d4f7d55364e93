"""A text as sentences, each with the concepts it states."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby

from shared.rules.reading.automaton import Automaton, Hit
from shared.rules.reading.negation import told

_BREAKS = re.compile(r" [.?] ")
_PAUSES = re.compile(r" [.?,] ")
_ASKING = " ? "


@dataclass(frozen=True)
class Sentence:
    """The concepts of one sentence with the words that showed each first."""

    words: dict[str, str]

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts this sentence states."""
        return frozenset(self.words)


def read(folded: str, automaton: Automaton) -> tuple[Sentence, ...]:
    """Sentences of a folded text in which any term occurs; a question carries `asked`."""
    hits = _outside_idioms(automaton.find(folded))
    if not hits:
        return ()
    breaks = list(_BREAKS.finditer(folded))
    starts = [mark.start() for mark in breaks]
    pauses = _clause_starts(folded, hits)
    sentences = []
    for number, group in groupby(hits, lambda hit: bisect_right(starts, hit.start)):
        words = _words(list(group), pauses, folded)
        if number < len(breaks) and breaks[number][0] == _ASKING:
            words.setdefault("asked", "?")
        sentences.append(Sentence(words))
    return tuple(sentences)


def _words(hits: list[Hit], pauses: list[int], folded: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for _, clause in groupby(hits, lambda hit: bisect_right(pauses, hit.start)):
        for hit in told(list(clause), folded):
            words.setdefault(hit.concept, folded[hit.start : hit.end].strip())
    return words


def _clause_starts(folded: str, hits: list[Hit]) -> list[int]:
    """Where a clause ends: at punctuation and at words such as "but" and "because"."""
    marks = [mark.start() for mark in _PAUSES.finditer(folded)]
    turns = [hit.start for hit in hits if hit.concept == "but"]
    return sorted(marks + turns)


def _outside_idioms(hits: list[Hit]) -> list[Hit]:
    """Leave out what stands inside an idiom ("in order to" is no order)."""
    kept, idiom_end = [], -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.concept == "idiom":
            idiom_end = max(idiom_end, hit.end)
        elif hit.end > idiom_end:
            kept.append(hit)
    return kept
