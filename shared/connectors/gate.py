"""One host's share of our calls: so many at a time, so many a second."""

import asyncio
import time


class Gate:
    """Lets `at_once` calls run side by side and `per_s` begin in a second, on average."""

    def __init__(self, at_once: int, per_s: float) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._step = 1 / per_s
        self._burst = at_once / per_s
        self._next = 0.0

    async def __aenter__(self) -> None:
        """Wait for a place, then for its time."""
        await self._slots.acquire()
        now = time.monotonic()
        begins = max(self._next, now - self._burst)
        self._next = begins + self._step
        try:
            await asyncio.sleep(max(begins - now, 0))
        except BaseException:
            self._slots.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Make room."""
        self._slots.release()
