"""The worker: due work claimed in batches under a lease, and answered as inputs."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.decider import Decider, State
from shared.errors import TransientError
from shared.events.base import Lane
from shared.failpoint import hit
from shared.log import get_logger
from shared.metrics import DUE_DONE, DUE_RETRIED
from shared.runner.answers import Answers
from shared.runner.due import LEASE_S, QUEUED_S, Claim, Work, elapsed
from shared.runner.handover import Handover, Pair
from shared.runner.ports import Lease, Log, Store

if TYPE_CHECKING:
    from shared.pipeline import Stage
    from shared.runner.keys import Keyring

log = get_logger(__name__)
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S: Mapping[Lane, float] = {"normal": 60.0, "express": 2.0}
MOST_DOUBLINGS = 10
CHUNK = 64
CHUNKS_AT_ONCE = 4


class Worker:
    """One stage's worker: woken by the runner and by a timer, each lane in a loop of its own."""

    def __init__(
        self,
        stage: Stage,
        decider: Decider[Any],
        work: Mapping[str, Work],
        store: Store,
        log_: Log,
        keyring: Keyring,
    ) -> None:
        self.stage = stage
        self.decider = decider
        self.work = {"timer": elapsed, **work}
        self.store = store
        self.keyring = keyring
        self.answers = Answers(stage, log_, keyring)
        self.woken: dict[Lane, asyncio.Event] = {
            "normal": asyncio.Event(),
            "express": asyncio.Event(),
        }
        self.handover = Handover(store, self.woken["normal"].set)
        self._look_at: dict[Lane, float] = {"normal": 0.0, "express": 0.0}

    async def run(self, lane: Lane, poll_s: float, batch: int) -> None:
        """Work on one lane until cancelled. What hangs keeps its slot, and nobody else's."""
        under_way: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            under_way.discard(task)
            self.woken[lane].set()

        while True:
            try:
                free = len(under_way) < CHUNKS_AT_ONCE
                chunks = await self._next(lane, poll_s, batch) if free else []
            except TransientError as error:
                log.warning("due work waits", stage=self.stage.name, reason=error.slug)
                await asyncio.sleep(1)
                continue
            for kind, pairs in chunks:
                task = asyncio.create_task(self._done(lane, kind, pairs))
                under_way.add(task)
                task.add_done_callback(ended)
            if not chunks:
                await self._sleep(lane, poll_s)

    async def _next(self, lane: Lane, poll_s: float, batch: int) -> list[tuple[str, list[Pair]]]:
        chunks = []
        if time.monotonic() >= self._look_at[lane]:
            self._look_at[lane] = time.monotonic() + poll_s
            chunks = await self._claimed(lane, batch)
            if chunks:
                self._look_at[lane] = 0.0
        if lane == "normal":
            chunks += await self._handed(batch)
        return chunks

    async def _handed(self, most: int) -> list[tuple[str, list[Pair]]]:
        await self.give_back()
        handed = self.handover.take(most)
        if handed:
            hit("worker.after_claim", self.stage.name)
        return _chunks(handed)

    async def _sleep(self, lane: Lane, poll_s: float) -> None:
        woken = self.woken[lane]
        try:
            async with asyncio.timeout(poll_s):
                await woken.wait()
        except TimeoutError:
            pass
        woken.clear()

    async def give_back(self) -> None:
        """End the leases of handed items that nobody here comes to in time."""
        stale = self.handover.stale()
        await self._release(stale, dict.fromkeys(stale, 0.0))

    def wake(self) -> None:
        """Look for due work now."""
        for lane, woken in self.woken.items():
            self._look_at[lane] = 0.0
            woken.set()

    async def once(self, lane: Lane, batch: int) -> int:
        """Claim one batch and do it; returns how many items were claimed."""
        chunks = await self._claimed(lane, batch)
        await asyncio.gather(*(self._done(lane, kind, pairs) for kind, pairs in chunks))
        return sum(len(pairs) for _, pairs in chunks)

    async def _claimed(self, lane: Lane, batch: int) -> list[tuple[str, list[Pair]]]:
        leases = await self.store.claim(batch, LEASE_S, (lane,))
        if not leases:
            return []
        hit("worker.after_claim", self.stage.name)
        return _chunks(await self._claims(self.answers.wanted(leases)))

    async def _done(self, lane: Lane, kind: str, pairs: Sequence[Pair]) -> None:
        try:
            await self._do(lane, kind, pairs)
        except Exception:
            # The leases run out and the items come again; the worker goes on with others.
            log.exception("due work failed", stage=self.stage.name, kind=kind)

    async def _claims(self, leases: Sequence[Lease]) -> list[tuple[Lease, Claim]]:
        raws = {lease.complaint: lease.state for lease in leases}
        read: list[State] = await self.keyring.read(self.decider.state, list(raws.values()))
        states, now = dict(zip(raws, read, strict=True)), datetime.now(UTC)
        return [(lease, _claim(lease, states[lease.complaint], now)) for lease in leases]

    async def _do(self, lane: Lane, kind: str, pairs: Sequence[Pair]) -> None:
        started = time.time_ns()
        try:
            async with asyncio.timeout(LEASE_S - 2 * QUEUED_S):
                results = await self.work[kind]([claim for _, claim in pairs])
        except (TransientError, TimeoutError):
            results = [None] * len(pairs)
        except Exception:
            log.exception("work raised", stage=self.stage.name, kind=kind)
            results = [None] * len(pairs)
        hit("worker.after_call", self.stage.name)
        done = [(*pair, r) for pair, r in zip(pairs, results, strict=True) if r is not None]
        undone = [lease for (lease, _), r in zip(pairs, results, strict=True) if r is None]
        if done:
            unsent = await self.answers.give(done, started)
            await self._release(unsent, dict.fromkeys(unsent, LONGEST_WAIT_S["normal"]))
            DUE_DONE.labels(self.stage.name, lane, kind).inc(len(done))
        if undone:
            await self._release(undone, {x: wait_s(lane, x.attempts) for x in undone})
            DUE_RETRIED.labels(self.stage.name, lane, kind).inc(len(undone))

    async def _release(self, leases: Sequence[Lease], waits: Mapping[Lease, float]) -> None:
        if leases:
            await self.store.release(leases, waits)


def _chunks(pairs: Sequence[Pair]) -> list[tuple[str, list[Pair]]]:
    by_kind: dict[str, list[Pair]] = defaultdict(list)
    for lease, claim in pairs:
        by_kind[claim.item.kind].append((lease, claim))
    return [
        (kind, same[start : start + CHUNK])
        for kind, same in by_kind.items()
        for start in range(0, len(same), CHUNK)
    ]


def _claim(lease: Lease, state: State, now: datetime) -> Claim:
    return Claim(lease.complaint, state.due[lease.key], state, now)


def wait_s(lane: Lane, attempts: int) -> float:
    """How long an item waits after so many tries that came to nothing."""
    doublings = min(attempts, MOST_DOUBLINGS)
    return min(FIRST_WAIT_S * float(2**doublings), LONGEST_WAIT_S[lane])
