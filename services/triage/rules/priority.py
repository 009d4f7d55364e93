"""How urgent a complaint is: recall before precision where funds may be in danger."""

from typing import get_args

from services.triage.rules.category import WISH
from services.triage.rules.model import Scores
from shared.events.base import Category, Priority

PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # the most urgent first
ALARM = 0.2  # from this likelihood on, an emergency: a false one costs less than a missed one
WATCH = 0.08  # from this one on, at least the next most urgent
_EMERGENCY, _URGENT, _ORDINARY, _IDLE = PRIORITIES


def in_danger(scores: Scores) -> bool:
    """Whether a text tells of funds in danger, and is no likelier to be a wish or a question."""
    likelihood = scores.priorities
    return likelihood[_EMERGENCY] >= max(ALARM, likelihood[_IDLE])


def priority_of(category: Category, scores: Scores, *, danger: bool) -> Priority:
    """P1 to P4: P1 for every danger, P4 for every wish."""
    if danger:
        return _EMERGENCY
    if category == WISH:
        return _IDLE
    if scores.priorities[_EMERGENCY] >= WATCH:
        return _URGENT
    return max(PRIORITIES[1:], key=scores.priorities.__getitem__)
