"""When a delivery is tried again: for three days, further and further apart. Pure."""

from __future__ import annotations

from datetime import timedelta

# Standard Webhooks 1.0, "Deliverability and reliability".
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2


def wait(attempts: int, dice: float) -> timedelta | None:
    """How long after the `attempts`-th failure; None when it is given up.

    `dice`, 0 to 1, moves it by a fifth, so that endpoints that failed together return apart.
    """
    if attempts > len(WAITS):
        return None
    return WAITS[attempts - 1] * (1 - JITTER + 2 * JITTER * dice)
