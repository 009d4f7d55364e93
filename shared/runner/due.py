"""Due work: claimed in batches under a lease, done by adapters, answered as inputs."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.decider import Decider, State
from shared.envelope import make, write
from shared.errors import TransientError
from shared.events.base import DueItem, Lane, Result, TimerElapsed
from shared.events.personal import DataKey
from shared.failpoint import hit
from shared.headers import headers
from shared.log import get_logger
from shared.metrics import DUE_DONE, DUE_RETRIED
from shared.runner.ports import Lease, Log, Record, Store
from shared.sealed import seal

if TYPE_CHECKING:
    from shared.pipeline import Stage
    from shared.runner.keys import Keyring

log = get_logger(__name__)
CALL_LIMIT_S = 10.0
LEASE_S = 30.0
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0
ANSWERS_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Claim:
    """One due item to be done, with the stage's state, personal values unlocked."""

    complaint: str
    item: DueItem
    state: Any
    now: datetime


Work = Callable[[Sequence[Claim]], Awaitable[Sequence[Result | None]]]


def each(call: Callable[[Claim], Awaitable[Result]], at_once: int = 32) -> Work:
    """Lift the work on one item to a batch; an item whose server is away comes back as None."""

    async def work(claims: Sequence[Claim]) -> list[Result | None]:
        slots = asyncio.Semaphore(at_once)

        async def one(claim: Claim) -> Result | None:
            async with slots:
                try:
                    async with asyncio.timeout(CALL_LIMIT_S):
                        return await call(claim)
                except (TransientError, TimeoutError):
                    return None

        return list(await asyncio.gather(*map(one, claims)))

    return work


async def elapsed(claims: Sequence[Claim]) -> list[Result | None]:
    """The work of a timer is nothing: its instant has come, and that is the fact."""
    return [TimerElapsed(key=c.item.key, put_by=c.item.event) for c in claims]


class Worker:
    """One stage's worker: woken by the runner and by a timer, express before normal."""

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
        self.log = log_
        self.keyring = keyring
        self.woken = asyncio.Event()
        self._answered: set[str] = set()

    async def run(self, lanes: Sequence[Lane], poll_s: float, batch: int) -> None:
        """Work until cancelled; a server that is away only slows it down."""
        while True:
            try:
                done = await self.once(lanes, batch)
            except TransientError as error:
                log.warning("due work waits", stage=self.stage.name, reason=error.slug)
                await asyncio.sleep(1)
                continue
            if not done:
                await self._sleep(poll_s)

    async def _sleep(self, poll_s: float) -> None:
        try:
            async with asyncio.timeout(poll_s):
                await self.woken.wait()
        except TimeoutError:
            pass
        self.woken.clear()

    async def once(self, lanes: Sequence[Lane], batch: int) -> int:
        """Claim one batch and do it; returns how many items were claimed."""
        leases = await self.store.claim(batch, LEASE_S, lanes)
        if not leases:
            return 0
        hit("worker.after_claim")
        # A lease may run out before a busy consumer comes to the answer: it is in the log for good.
        claims = await self._claims([x for x in leases if x.name not in self._answered])
        by_kind: dict[str, list[tuple[Lease, Claim]]] = defaultdict(list)
        for lease, claim in claims:
            by_kind[claim.item.kind].append((lease, claim))
        await asyncio.gather(*(self._do(kind, pairs) for kind, pairs in by_kind.items()))
        return len(leases)

    async def _claims(self, leases: Sequence[Lease]) -> list[tuple[Lease, Claim]]:
        raws = {lease.complaint: lease.state for lease in leases}
        read: list[State] = await self.keyring.read(self.decider.state, list(raws.values()))
        states, now = dict(zip(raws, read, strict=True)), datetime.now(UTC)
        return [(lease, _claim(lease, states[lease.complaint], now)) for lease in leases]

    async def _do(self, kind: str, pairs: Sequence[tuple[Lease, Claim]]) -> None:
        try:
            async with asyncio.timeout(LEASE_S - 5):
                results = await self.work[kind]([claim for _, claim in pairs])
        except (TransientError, TimeoutError):
            results = [None] * len(pairs)
        except Exception:
            log.exception("work raised", stage=self.stage.name, kind=kind)
            results = [None] * len(pairs)
        hit("worker.after_call")
        done = [(*pair, r) for pair, r in zip(pairs, results, strict=True) if r is not None]
        undone = [lease for (lease, _), r in zip(pairs, results, strict=True) if r is None]
        if done:
            await self._answer(done)
            DUE_DONE.labels(self.stage.name, kind).inc(len(done))
        if undone:
            waits = {x: min(FIRST_WAIT_S * 2**x.attempts, LONGEST_WAIT_S) for x in undone}
            await self.store.release(undone, waits)
            DUE_RETRIED.labels(self.stage.name, kind).inc(len(undone))

    async def _answer(self, done: Sequence[tuple[Lease, Claim, Result]]) -> None:
        keys = await self.keyring.gather([claim.complaint for _, claim, _ in done])
        await self.log.publish([self._input(claim, result, keys) for _, claim, result in done])
        hit("worker.after_produce")
        if len(self._answered) > ANSWERS_REMEMBERED:
            self._answered.clear()
        self._answered.update(lease.name for lease, _, _ in done)

    def _input(self, claim: Claim, result: Result, keys: Mapping[str, DataKey]) -> Record:
        name = f"{self.stage.name}|{claim.item.key}|{claim.item.event}"
        envelope = make(
            result,
            id=str(uuid.uuid5(uuid.UUID(claim.complaint), name)),
            stage=self.stage.name,
            complaint=claim.complaint,
            time=datetime.now(UTC),
            lane=claim.state.lane,
            causationid=claim.item.event,
            actor=f"worker:{claim.item.kind}",
        )
        seal(result, keys.get(claim.complaint) or DataKey(claim.complaint, None), envelope.id)
        topic = self.stage.topic("inputs", claim.state.lane)
        return Record(topic, claim.complaint.encode(), write(envelope), headers(envelope))


def _claim(lease: Lease, state: State, now: datetime) -> Claim:
    return Claim(lease.complaint, state.due[lease.key], state, now)
