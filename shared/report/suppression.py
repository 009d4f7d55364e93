"""Small cells: a count of a few people could tell who they are, so it is not shown."""

from collections.abc import Mapping

SMALL = 10
Cells = dict[str, int | None]  # None: left out


def suppressed(counts: Mapping[str, int], small: int = SMALL) -> Cells:
    """The counts of one table, those under `small` left out, in the order of their labels.

    Where one alone is left out, the total would give it away: the next smallest goes with it.
    """
    told = {label: count for label, count in sorted(counts.items()) if count}
    hidden = {label for label, count in told.items() if count < small}
    if len(hidden) == 1 and len(told) > 1:
        others = (label for label in told if label not in hidden)
        hidden.add(min(others, key=lambda label: (told[label], label)))
    return {label: None if label in hidden else count for label, count in told.items()}


def shown(count: int, small: int = SMALL) -> int | None:
    """One count by itself; none at all is no secret."""
    return None if 0 < count < small else count
