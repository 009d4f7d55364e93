"""How urgent a complaint is: the most urgent of what is surely told, within its category."""

from collections.abc import Iterable
from typing import get_args

from services.triage.rules.category import STRONG
from shared.events.base import Category, Priority
from shared.rules.reading import Fired

PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # the most urgent first
DEFAULTS: dict[Category, Priority] = {
    "account_security": "P2",
    "product_suggestion": "P4",
    "other": "P4",
}
ORDINARY: Priority = "P3"


def priority_of(category: Category, fired: Iterable[Fired]) -> Priority:
    """P1 to P4; a wish stays P4, and `other` is as urgent as its own rules say."""
    if category == "product_suggestion":
        return "P4"
    named = {one.rule.priority for one in fired if _counts(one, category)}
    default = DEFAULTS.get(category, ORDINARY)
    return next((priority for priority in PRIORITIES if priority in named), default)


def _counts(one: Fired, category: Category) -> bool:
    strong_elsewhere = one.rule.weight >= STRONG and category != "other"
    return strong_elsewhere or one.rule.category == category
