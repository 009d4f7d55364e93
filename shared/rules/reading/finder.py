"""Finding every term in one pass over a text, by where a term can begin."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add
from typing import NamedTuple

MOST_HITS = 6_000  # of one text; more are a word said over and over
AFTER_SPACE, ANYWHERE = (8, 5, 3), (3, 2, 1)  # first letters that a term is looked for by

Lengths = tuple[int, ...]  # of the terms that can begin at a place


class Hit(NamedTuple):
    """A concept found in a folded text, at `start` up to `end`."""

    start: int
    end: int
    concept: str


class Finder:
    """All terms at once; time grows with the text, never with the number of terms.

    A term that begins with a space is looked for before each word, any other at each letter; in
    both cases by its first letters, which tell how long terms can be there. The text of each such
    length is a term or none.
    """

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        """Compile `terms`: folded term -> the concepts it stands for."""
        self._concepts = {term: tuple(concepts) for term, concepts in terms.items()}
        self._padding = "\0" * max(map(len, self._concepts), default=0)  # no term is cut off
        shortest = AFTER_SPACE[-1]
        spaced = {term for term in self._concepts if term[0] == " " and len(term) >= shortest}
        dense = self._concepts.keys() - spaced
        self._spaced = _by_start(spaced, AFTER_SPACE)
        self._anywhere = _by_start(dense, ANYWHERE)
        first = "".join({re.escape(term[0]) for term in dense})
        self._dense = re.compile(f"[{first}]" if first else r"(?!)")

    def find(self, text: str) -> list[Hit]:
        """Hits in `text`, overlapping ones too, ordered by where they start; MOST_HITS or so."""
        hits: list[Hit] = []
        known, padded = self._concepts.get, text + self._padding
        for start, lengths in self._beginnings(text):
            for length in lengths:
                if concepts := known(padded[start : start + length]):
                    hits += [Hit(start, start + length, concept) for concept in concepts]
            if len(hits) >= MOST_HITS:
                break
        hits.sort()
        return hits

    def _beginnings(self, text: str) -> Iterator[tuple[int, Lengths]]:
        """The places where a term can begin, and how long it can be."""
        if self._dense.search(text):
            long, middle, short = self._anywhere
            pairs = list(map(add, text, f"{text[1:]} "))
            threes = map(add, pairs, f"{text[2:]}  ")
            found = map(long.get, threes, map(middle.get, pairs, map(short.get, text)))
            yield from ((start, lengths) for start, lengths in enumerate(found) if lengths)
        long, middle, short = self._spaced
        most, some, few = AFTER_SPACE
        start = text.find(" ")
        while start >= 0:
            ahead = text[start : start + most]
            if lengths := long.get(ahead) or middle.get(ahead[:some]) or short.get(ahead[:few]):
                yield start, lengths
            start = text.find(" ", start + 1)


def _by_start(terms: Iterable[str], sizes: Sequence[int]) -> list[dict[str, Lengths]]:
    """For each number of letters: the first so many of terms -> the lengths of what they begin.

    A place is looked up by the most letters first, so what fewer letters tell is told there too.
    """
    found: list[dict[str, set[int]]] = [{} for _ in sizes]
    for term in sorted(terms, key=len):
        tier = next(number for number, size in enumerate(sizes) if len(term) >= size)
        start = term[: sizes[tier]]
        if start not in found[tier]:
            fewer = (found[far].get(start[: sizes[far]], ()) for far in range(tier + 1, len(sizes)))
            found[tier][start] = set().union(*fewer)
        found[tier][start].add(len(term))
    return [{start: tuple(lengths) for start, lengths in tier.items()} for tier in found]
