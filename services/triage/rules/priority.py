"""How urgent a complaint is: the most urgent of what is surely told, within its category's bounds."""

from collections.abc import Iterable

from services.triage.rules.category import OTHER, STRONG
from shared.rules.reading import Fired

EMERGENCY, LOWEST = "P1", "P4"
DEFAULTS = {"account_security": "P2", "product_suggestion": LOWEST, OTHER: LOWEST}
ORDINARY = "P3"


def priority_of(category: str, fired: Iterable[Fired]) -> str:
    """P1 to P4; a wish stays P4, and `other` is as urgent as its own rules say."""
    if category == "product_suggestion":
        return LOWEST
    own = [one for one in fired if one.rule.category == category]
    telling = own if category == OTHER else [*own, *fired]
    named = [one.rule.priority for one in telling if one.rule.weight >= STRONG or one in own]
    return min(named, default=DEFAULTS.get(category, ORDINARY))
