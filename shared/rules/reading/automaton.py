"""Finding every term in one pass over a text (Aho and Corasick, 1975)."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

MOST_HITS = 6_000  # of one text; more are a word said over and over


class Hit(NamedTuple):
    """A concept found in a folded text, at `start` up to `end`."""

    start: int
    end: int
    concept: str


class Automaton:
    """All terms at once; time grows with the text, never with the number of terms."""

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        """Compile `terms`: folded term -> the concepts it stands for."""
        self._next: list[dict[str, int]] = [{}]
        self._found: list[tuple[tuple[int, str], ...]] = [()]
        for term, concepts in terms.items():
            node = self._path(term)
            self._found[node] += tuple((len(term), concept) for concept in concepts)
        self._fail = [0] * len(self._next)
        self._link()

    def _path(self, term: str) -> int:
        node = 0
        for letter in term:
            step = self._next[node].get(letter)
            if step is None:
                step = self._next[node][letter] = len(self._next)
                self._next.append({})
                self._found.append(())
            node = step
        return node

    def _link(self) -> None:
        """Give each node the longest proper suffix that is also a path, breadth first."""
        queue = deque(self._next[0].values())
        while queue:
            node = queue.popleft()
            for letter, child in self._next[node].items():
                queue.append(child)
                self._fail[child] = self._step(self._fail[node], letter)
                self._found[child] += self._found[self._fail[child]]

    def _step(self, node: int, letter: str) -> int:
        while node and letter not in self._next[node]:
            node = self._fail[node]
        return self._next[node].get(letter, 0)

    def find(self, text: str) -> list[Hit]:
        """Hits in `text`, overlapping ones too, ordered by where they start; MOST_HITS or so."""
        following, fail, found = self._next, self._fail, self._found
        hits, node = [], 0
        for index, letter in enumerate(text, 1):
            step = following[node].get(letter)
            while step is None and node:
                node = fail[node]
                step = following[node].get(letter)
            node = step or 0
            if found[node]:
                hits += [Hit(index - length, index, concept) for length, concept in found[node]]
                if len(hits) >= MOST_HITS:
                    break
        hits.sort()
        return hits
