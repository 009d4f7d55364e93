"""Whether a cause became rarer: its share of all decided cases, before and after. Pure."""

from shared.events.resolution import Share

FEWEST = 10  # decided cases on either side; of fewer a share says nothing


def rarer(before: Share, after: Share) -> bool | None:
    """Whether the share fell; None where too few cases were decided to tell."""
    if min(before.of, after.of) < FEWEST:
        return None
    return after.cases * before.of < before.cases * after.of
