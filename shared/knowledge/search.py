"""Which articles answer a text: BM25 (Robertson and Zaragoza, 2009) over weighted fields; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from shared.events.base import Category
from shared.knowledge.articles import Article, articles
from shared.knowledge.words import terms
from shared.pages.languages import FALLBACK

MOST = 3
SATURATION, BY_LENGTH = 1.2, 0.75  # k1 and b, the usual values
TITLE, KEYWORDS, TEXT = 3, 3, 1
SAME_CATEGORY = 1.5
COMMON = 0.5  # a term in more of the articles than this says nothing about any of them


@dataclass(frozen=True, slots=True)
class Found:
    """An article and how well it answers; 0 where only the category speaks for it."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    article: Article
    weights: Counter[str]
    anchors: frozenset[str]
    length: int


@dataclass(frozen=True, slots=True)
class _Index:
    entries: tuple[_Entry, ...]
    spread: Counter[str]
    mean: float

    def rarity(self, term: str) -> float:
        count, having = len(self.entries), self.spread[term]
        return math.log(1 + (count - having + 0.5) / (having + 0.5))

    def speaks(self, term: str) -> bool:
        return self.spread[term] <= max(1, len(self.entries) * COMMON)


def search(
    text: str, language: str, category: Category | None = None, most: int = MOST
) -> tuple[Found, ...]:
    """The articles that answer a text, best first.

    An article is found where a term of its title or keywords stands in the text. One of
    `category` counts for more, and the category's others fill up what is left of `most`. A
    language without articles is searched in English.
    """
    index = _index(language if articles(language) else FALLBACK)
    asked = terms(text)
    found = [Found(entry.article, _score(index, entry, asked, category)) for entry in index.entries]
    fitting = [one for one in found if one.score > 0 or one.article.category == category]
    fitting.sort(key=lambda one: (-one.score, one.article.id))
    return tuple(fitting[:most])


def _score(index: _Index, entry: _Entry, asked: Counter[str], category: Category | None) -> float:
    if not any(index.speaks(term) for term in entry.anchors & asked.keys()):
        return 0.0
    factor = SAME_CATEGORY if entry.article.category == category else 1.0
    return factor * sum(_gains(index, entry, asked))


def _gains(index: _Index, entry: _Entry, asked: Counter[str]) -> Iterator[float]:
    length = 1 - BY_LENGTH + BY_LENGTH * entry.length / index.mean
    for term in sorted(entry.weights.keys() & asked.keys()):
        weight = entry.weights[term]
        yield index.rarity(term) * weight * (SATURATION + 1) / (weight + SATURATION * length)


@cache
def _index(language: str) -> _Index:
    entries = tuple(_entry(one) for one in articles(language).values())
    spread = Counter(term for entry in entries for term in entry.weights)
    return _Index(entries, spread, sum(entry.length for entry in entries) / len(entries))


def _entry(article: Article) -> _Entry:
    title, keywords = terms(article.title), terms(" , ".join(article.keywords))
    text = terms(article.text)
    weights: Counter[str] = Counter()
    for found, weight in ((title, TITLE), (keywords, KEYWORDS), (text, TEXT)):
        for term, times in found.items():
            weights[term] += weight * times
    return _Entry(article, weights, frozenset(title | keywords), weights.total())
