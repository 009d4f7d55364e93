"""Which category a complaint belongs to: precedence among what is surely told, weight below it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.rules.reading import Fired

# In order of precedence when a text touches several.
CATEGORIES = (
    "account_security",
    "contract_liquidation",
    "kyc",
    "deposit_withdrawal",
    "trade_execution",
    "api",
    "product_suggestion",
    "other",
)
STRONG = 8  # from this weight on, a rule decides alone
OTHER = CATEGORIES[-1]


@dataclass(frozen=True)
class Choice:
    """A category, how sure it is in [0, 1], and what stands as reason where no rule does."""

    category: str
    confidence: float
    because: str = "rules"


def choose(fired: Iterable[Fired], hint: str | None) -> Choice:
    """The category of a text whose rules have fired; the hint fills the place of a missing rule."""
    heaviest: dict[str, int] = {}
    for one in fired:
        name = one.rule.category
        heaviest[name] = max(heaviest.get(name, 0), one.rule.weight)
    strong = [name for name in CATEGORIES if heaviest.get(name, 0) >= STRONG]
    if strong:
        return Choice(strong[0], _sure(len(strong), strong[0] == hint))
    return _weak(heaviest, hint)


def _sure(rivals: int, hinted: bool) -> float:
    return round(max(0.6, 1.03 - 0.1 * rivals) + (0.04 if hinted else 0.0), 2)


def _weak(heaviest: dict[str, int], hint: str | None) -> Choice:
    """No strong rule: the customer's choice, unless the heaviest topic clearly says otherwise."""
    ranked = sorted(heaviest, key=lambda name: (-heaviest[name], CATEGORIES.index(name)))
    best = ranked[0] if ranked else OTHER
    if hint in CATEGORIES and hint != best and heaviest.get(best, 0) <= heaviest.get(hint, 0) + 3:
        return Choice(hint, 0.45, because="hint")
    weight = heaviest.get(best, 0)
    return Choice(best, round(0.3 + 0.05 * weight, 2), because="nothing_known")
