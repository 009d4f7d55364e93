"""Waiting for a server that is away: full jitter, for ever, unless the partition is lost."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol, TypeVar

from shared.errors import RedressError, TransientError
from shared.log import get_logger
from shared.runner.ports import Trigger

log = get_logger(__name__)
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
T = TypeVar("T")


class PartitionLostError(RedressError):
    """The batch was given up: another member owns its partitions now."""

    slug = "partition_lost"


class Assignment(Protocol):
    """What the consumer knows of its partitions."""

    def droppable(self, trigger: Trigger) -> bool:
        """Whether that trigger's offset is committed, in a partition assigned here."""

    @property
    def lost(self) -> bool:
        """Whether the batch must be given up."""


class Patience:
    """Tries again while a server is away; `since` is when that began, None while all is well.

    A write that failed is tried again with its whole batch, so reads in between do not count as
    success.
    """

    def __init__(self) -> None:
        self.since: float | None = None
        self._failed_writes = 0

    async def wait(self, call: Callable[[], Awaitable[T]], assignment: Assignment) -> T:
        """Call until it succeeds. Raises PartitionLostError when the batch must be given up."""
        delay = FIRST_WAIT_S
        while True:
            if assignment.lost:
                raise PartitionLostError
            try:
                result = await call()
            except TransientError:
                await self.pause(delay)
                delay = min(2 * delay, LONGEST_WAIT_S)
            else:
                if not self._failed_writes:
                    self.since = None
                return result

    async def write_failed(self) -> None:
        """Note a write that failed or was not answered, and wait longer each time."""
        self._failed_writes += 1
        await self.pause(min(FIRST_WAIT_S * 2 ** min(self._failed_writes, 10), LONGEST_WAIT_S))

    def forget(self) -> None:
        """All is well again, or somebody else's business."""
        self.since = None
        self._failed_writes = 0

    async def pause(self, longest: float = FIRST_WAIT_S) -> None:
        """Note that a server is away, and wait a random part of `longest` seconds."""
        self.since = self.since or time.monotonic()
        await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret


async def until(
    call: Callable[[], Awaitable[None]], told: Callable[[str], None] = lambda _: None
) -> None:
    """Call until no server that it needs is away; `told` hears what it waits for, then nothing."""
    delay = 2 * FIRST_WAIT_S
    while True:
        try:
            await call()
        except TransientError as error:
            log.warning("waiting", reason=str(error))
            told(str(error))
            await asyncio.sleep(delay)
            delay = min(delay * 1.5, LONGEST_WAIT_S)
        else:
            told("")
            return


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do the work for as long as the block lasts."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def together(first: Awaitable[T], beside: Coroutine[Any, Any, None]) -> T:
    """Wait for both, one beside the other; what `first` raises ends `beside`."""
    task = asyncio.create_task(beside)
    try:
        result = await first
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return result
