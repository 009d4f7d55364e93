"""What several independent sources say of one transaction, and whether it is the same. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from services.investigation.playbooks.sighting import UNCLEAR, Seen, Sighting

ENOUGH = 2


def agreed(seen: Sequence[Sighting]) -> Sighting:
    """The one sighting that all who answer bear out; unclear where they differ or too few answer.

    One source alone is taken at its word. Of two that differ in depth the shallower counts.
    """
    if len(seen) == 1:
        return seen[0]
    heard = [sighting for sighting in seen if sighting.seen is not Seen.UNCLEAR]
    if len(heard) < ENOUGH or differ(heard):
        return UNCLEAR
    depths = [sighting.confirmations for sighting in heard if sighting.confirmations is not None]
    return replace(
        heard[0],
        confirmations=min(depths) if len(depths) == len(heard) else None,
        final=all(sighting.final for sighting in heard),
    )


def differ(seen: Sequence[Sighting]) -> bool:
    """Whether any two that answer tell different facts."""
    heard = (sighting for sighting in seen if sighting.seen is not Seen.UNCLEAR)
    return len({_facts(sighting) for sighting in heard}) > 1


def _facts(sighting: Sighting) -> Hashable:
    """All but the depth, which grows between two calls."""
    return replace(sighting, confirmations=sighting.confirmations == 0, final=False)
