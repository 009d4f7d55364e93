"""How soon a stolen account is frozen while ordinary complaints queue for the same stages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from pymongo import AsyncMongoClient

from shared.envelope import Envelope
from shared.events.resolution import EffectVerified
from shared.local.keys import keys
from shared.local.stack import Stack
from shared.pipeline import SERVICES, STAGES
from shared.settings import Settings
from tests.bench.complaints import preload
from tests.bench.ground import BenchError, say
from tests.bench.measures.customers import produced, submit
from tests.bench.section import Section, machine_load, percentile
from tests.demo.world import Case, World
from tests.e2e.site import cases

RATE = 10.0
WARM = 50
AFTER_S = 60.0
P50_MS, P99_MS = 200.0, 1000.0
STOLEN = "u-2001"
FREEZES = STAGES["resolution"].topic("events", "express")


@dataclass(frozen=True)
class Freezes:
    """Milliseconds from each 202 to the freeze that the exchange confirmed; what was missing."""

    ms: Sequence[float]
    missing: int
    queued: Sequence[int]
    cores: float


def measure(queued: int = 100_000, stolen: int = 200) -> Section:
    """With and without the queue. Raises BenchError."""
    section = Section(
        "Express lane",
        f"{stolen} complaints of stolen accounts, {RATE:.0f} a second, over HTTP, in a whole "
        "installation (the express process is not niced). Milliseconds from the 202 to the freeze "
        f"that the exchange has confirmed; {WARM} more thefts before do not count. Queued is what "
        "intake has not yet received at the first theft and at the last.",
        (
            "ordinary complaints queued",
            "frozen",
            "p50 ms",
            "p99 ms",
            "slowest ms",
            "machine, cores",
        ),
    )
    for count in (0, queued):
        found = _frozen(count, stolen)
        p50, p99 = percentile(found.ms, 0.5), percentile(found.ms, 0.99)
        figures = f"{p50:.0f}", f"{p99:.0f}", f"{max(found.ms, default=0):.0f}"
        frozen = f"{len(found.ms)} of {stolen}"
        queue = " to ".join(f"{waiting:,}" for waiting in found.queued)
        section.rows.append((queue, frozen, *figures, f"{found.cores:.2f}"))
        section.demand(held=not found.missing, otherwise=f"{found.missing} were not frozen in time")
        section.demand(held=p50 < P50_MS, otherwise=f"p50 {p50:.0f} ms with {count:,} queued")
        section.demand(held=p99 < P99_MS, otherwise=f"p99 {p99:.0f} ms with {count:,} queued")
    return section


def _frozen(queued: int, stolen: int) -> Freezes:
    with TemporaryDirectory(prefix="redress-bench-") as folder, Stack(Path(folder)) as stack:
        say("express", f"{queued:,} ordinary complaints are being queued")
        return asyncio.run(_run(stack, queued, stolen))


async def _run(stack: Stack, queued: int, stolen: int) -> Freezes:
    secrets = keys(stack.folder)
    found = cases("x", [STOLEN]) * (WARM + stolen)
    victims = [Case(**{**vars(case), "user": f"x-{n}"}) for n, case in enumerate(found)]
    world = World(stack.urls["sandbox"], secrets["REDRESS_EXCHANGE_TOKEN"])
    await world.create(victims)
    await world.http.aclose()
    await asyncio.to_thread(_hold, stack)
    await preload(_settings(stack, secrets), queued)
    await asyncio.to_thread(_let_go, stack)
    bodies = [victim.body() for victim in victims]
    await _stolen(stack, bodies[:WARM])
    first = await _waiting(stack, queued)
    say("express", f"{stolen} accounts are being stolen")
    with machine_load() as load:
        accepted = await _stolen(stack, bodies[WARM:])
    last = await _waiting(stack, queued)
    frozen = await produced(stack.kafka, FREEZES, _is_freeze, len(victims), AFTER_S)
    ms = [(frozen[id_] - at) * 1000 for id_, at in accepted.items() if id_ in frozen]
    return Freezes(ms, len(accepted) - len(ms), (first, last), load.cores)


async def _stolen(stack: Stack, bodies: Sequence[Any]) -> dict[str, float]:
    submitted = await submit(stack.urls["intake"], bodies, RATE)
    if submitted.refused:
        raise BenchError(f"intake answered {submitted.refused} times 429")
    return submitted.at


def _is_freeze(event: Envelope) -> bool:
    return isinstance(event.data, EffectVerified) and event.data.action == "freeze"


def _hold(stack: Stack) -> None:
    for name in SERVICES:
        stack.kill(name, hold=True)


def _let_go(stack: Stack) -> None:
    for name in SERVICES:
        stack.restart(name)
    stack.wait_ready()


async def _waiting(stack: Stack, queued: int) -> int:
    """How many of the queue intake has not received."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo)
    received = await client["redress"]["intake"].estimated_document_count()
    await client.close()
    return max(0, queued - received)


def _settings(stack: Stack, secrets: dict[str, str]) -> Settings:
    mongo, master = SecretStr(stack.mongo), SecretStr(secrets["REDRESS_MASTER_KEY"])
    return Settings(kafka=stack.kafka, mongo=mongo, master_key=master)
