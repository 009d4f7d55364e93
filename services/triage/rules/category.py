"""Which category a complaint belongs to: precedence among what is surely told, weight below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from shared.events.base import Category
from shared.rules.reading import Fired

CATEGORIES: tuple[Category, ...] = get_args(Category)  # in order of precedence
STRONG = 8  # from this weight on, a rule decides alone
HINT = 3  # what the customer's own choice weighs


@dataclass(frozen=True)
class Choice:
    """A category, and how sure it is, in [0, 1]."""

    category: Category
    confidence: float


def choose(fired: Iterable[Fired], hint: str | None) -> Choice:
    """The category of a text whose rules have fired; the hint speaks where none is strong."""
    weights: dict[str, int] = {}
    for one in fired:
        name = one.rule.category
        weights[name] = max(weights.get(name, 0), one.rule.weight)
    heaviest = {name: weights.get(name, 0) for name in CATEGORIES}
    strong = [name for name in CATEGORIES if heaviest[name] >= STRONG]
    if strong:
        return Choice(strong[0], _sure(rivals=len(strong) - 1, agreed=strong[0] == hint))
    return _weak(heaviest, hint)


def _sure(*, rivals: int, agreed: bool) -> float:
    return round(max(0.6, 0.93 - 0.1 * rivals) + (0.04 if agreed else 0.0), 2)


def _weak(heaviest: dict[Category, int], hint: str | None) -> Choice:
    weights = {name: heaviest[name] + (HINT if name == hint else 0) for name in CATEGORIES}
    best = max(CATEGORIES, key=lambda name: weights[name])
    if not weights[best]:
        best = CATEGORIES[-1]
    return Choice(best, round(0.3 + 0.05 * weights[best], 2))
