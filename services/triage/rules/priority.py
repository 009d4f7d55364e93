"""How urgent a complaint is: recall before precision where funds may be in danger."""

from collections.abc import Iterable
from typing import get_args

from services.triage.rules.category import WISH, Scores
from shared.events.kinds import Category, Priority
from shared.rules.reading import Fired

PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # the most urgent first
ALARM = 0.25  # from this likelihood on, an emergency: a false one costs less than a missed one
TOLD = 0.15  # the same, where a rule of an emergency fired
WATCH = 0.08  # from this one on, at least the next most urgent
_EMERGENCY, _URGENT, _ORDINARY, _IDLE = PRIORITIES


def in_danger(scores: Scores, fired: Iterable[Fired]) -> bool:
    """Whether a text tells of funds in danger: a rule says so, or no mere wish is likelier."""
    likelihood = scores.priorities[_EMERGENCY]
    if any(one.rule.priority == _EMERGENCY for one in fired):
        return likelihood >= TOLD
    return likelihood >= max(ALARM, scores.priorities[_IDLE])


def priority_of(category: Category, scores: Scores, *, danger: bool) -> Priority:
    """P1 to P4: P1 for every danger, P4 for every wish."""
    if danger:
        return _EMERGENCY
    if category == WISH:
        return _IDLE
    if scores.priorities[_EMERGENCY] >= WATCH:
        return _URGENT
    return max(PRIORITIES[1:], key=scores.priorities.__getitem__)
