"""Due work as the adapters see it: a claim comes in, a result goes out."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.errors import TransientError
from shared.events.base import DueItem, Result, TimerElapsed

CALL_LIMIT_S = 10.0
LEASE_S = 30.0
QUEUED_S = 5.0


@dataclass(frozen=True, slots=True)
class Claim:
    """One due item to be done, with the stage's state, personal values unlocked.

    `now` is when it was claimed or, handed over, folded: up to QUEUED_S before the work begins.
    """

    complaint: str
    item: DueItem
    state: Any
    now: datetime


Work = Callable[[Sequence[Claim]], Awaitable[Sequence[Result | None]]]


def each(call: Callable[[Claim], Awaitable[Result]], at_once: int = 32) -> Work:
    """Lift the work on one item to a batch; None where it cannot be answered within its lease."""

    async def work(claims: Sequence[Claim]) -> list[Result | None]:
        slots = asyncio.Semaphore(at_once)
        # No call begins that could not end while the lease still holds.
        last_start = time.monotonic() + LEASE_S - 2 * QUEUED_S - CALL_LIMIT_S

        async def one(claim: Claim) -> Result | None:
            async with slots:
                if time.monotonic() > last_start:
                    return None
                try:
                    async with asyncio.timeout(CALL_LIMIT_S):
                        return await call(claim)
                except (TransientError, TimeoutError):
                    return None

        return list(await asyncio.gather(*map(one, claims)))

    return work


def lease_id(key: str, put_by: str) -> str:
    """The name of an item's lease: a new item under an old key has a lease of its own."""
    return hashlib.sha256(f"{key}|{put_by}".encode()).hexdigest()[:24]


async def elapsed(claims: Sequence[Claim]) -> list[Result | None]:
    """The work of a timer is nothing: its instant has come, and that is the fact."""
    return [TimerElapsed(key=c.item.key, put_by=c.item.event) for c in claims]
