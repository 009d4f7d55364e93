"""Which category a complaint belongs to: the likeliest, or security where funds are in danger."""

from dataclasses import dataclass
from typing import get_args

from shared.events.kinds import Category

CATEGORIES: tuple[Category, ...] = get_args(Category)  # in order of precedence
SECURITY, WISH, REST = CATEGORIES[0], CATEGORIES[-2], CATEGORIES[-1]
STRONG = 8  # from this weight on, a rule decides alone
CALM = 0.6  # what security counts where no danger is heard: the texts learned from hold more of it


@dataclass(frozen=True)
class Scores:
    """How likely each category and each priority is."""

    categories: dict[str, float]
    priorities: dict[str, float]


@dataclass(frozen=True)
class Choice:
    """A category, and how likely it is, in [0, 1]."""

    category: Category
    confidence: float


def choose(scores: Scores, *, danger: bool) -> Choice:
    """The category of a text; a danger to funds is a matter of account security."""
    weighed = scores.categories | {SECURITY: scores.categories[SECURITY] * CALM}
    category = SECURITY if danger else max(CATEGORIES, key=weighed.__getitem__)
    sure = scores.categories[category]
    if danger:
        sure = max(sure, scores.priorities["P1"])
    return Choice(category, round(sure, 2))
