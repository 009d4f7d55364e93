"""How soon a stolen account is frozen, alone and while ordinary complaints queue."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from pymongo import AsyncMongoClient

from shared.local.keys import keys
from shared.local.stack import Stack
from shared.pipeline import SERVICES
from shared.settings import Settings
from tests.bench.complaints import preload
from tests.bench.ground import say
from tests.bench.measures.customers import produced, submit
from tests.bench.measures.way import CONFIRMED, WAY, since, until
from tests.bench.meter import Meter, Usage
from tests.bench.section import Section, percentile
from tests.demo.world import Case, World
from tests.e2e.site import cases

RATE, CALM = 10.0, 1.0
AFTER_S = 60.0
P50_MS, P99_MS = 200.0, 1000.0
STOLEN = "u-2001"
WARM_S = 5.0


@dataclass(frozen=True)
class Thefts:
    """How many a second, how many count, and how many ordinary complaints queue meanwhile."""

    rate: float
    count: int
    queued: int

    @property
    def warm(self) -> int:
        """More of them before, which do not count."""
        return round(WARM_S * self.rate)


@dataclass(frozen=True)
class Freezes:
    """Milliseconds from each 202 to the freeze that the exchange confirmed; what was missing.

    `refused` were answered 429; `way` has the middle one of each step before it.
    """

    ms: Sequence[float]
    missing: int
    refused: int
    way: Sequence[float]
    queued: Sequence[int]
    usage: Usage


def measure(queued: int = 100_000, stolen: int = 200) -> Section:
    """Seldom, often, and often beside the queue."""
    section = Section(
        "Express lane",
        "Complaints of stolen accounts, over HTTP, in a whole installation (the express process is "
        "less niced than the others). Milliseconds from the 202 to the freeze that the exchange "
        f"has confirmed; the thefts of {WARM_S:.0f} s before do not count. On the way: p50 until "
        "received, verification begun, escalated, freeze asked for. Queued is what intake has not "
        "yet received at the first theft and at the last.",
        (
            "thefts/s",
            "ordinary complaints queued",
            "frozen",
            "on the way",
            "p50 ms",
            "p99 ms",
            "slowest ms",
            "ours, cores",
            "strangers, cores",
        ),
    )
    seldom, often = Thefts(CALM, stolen // 2, 0), Thefts(RATE, stolen, 0)
    for thefts in dict.fromkeys((seldom, often, Thefts(RATE, stolen, queued))):
        _add(section, thefts, _frozen(thefts))
    return section


def _add(section: Section, thefts: Thefts, found: Freezes) -> None:
    p50, p99 = percentile(found.ms, 0.5), percentile(found.ms, 0.99)
    figures = f"{p50:.0f}", f"{p99:.0f}", f"{max(found.ms, default=0):.0f}"
    frozen = f"{len(found.ms)} of {thefts.count}"
    queue = " to ".join(f"{waiting:,}" for waiting in found.queued)
    way = ", ".join(f"{ms:.0f}" for ms in found.way)
    used = sum(found.usage.cpu.values()) / found.usage.seconds
    load = f"{used:.2f}", f"{found.usage.other:.2f}"
    section.rows.append((f"{thefts.rate:.0f}", queue, frozen, way, *figures, *load))
    beside = f"at {thefts.rate:.0f}/s with {thefts.queued:,} queued"
    lost = f"{found.missing} were not frozen in time {beside}"
    section.demand(held=not found.missing, otherwise=lost)
    section.demand(held=not found.refused, otherwise=f"{found.refused} got a 429 {beside}")
    say("express", f"p50 {figures[0]} ms, p99 {figures[1]} ms {beside}, strangers {load[1]} cores")
    section.demand(held=p50 < P50_MS, otherwise=f"p50 {p50:.0f} ms {beside}")
    section.demand(held=p99 < P99_MS, otherwise=f"p99 {p99:.0f} ms {beside}")


def _frozen(thefts: Thefts) -> Freezes:
    with TemporaryDirectory(prefix="redress-bench-") as folder, Stack(Path(folder)) as stack:
        say("express", f"{thefts.queued:,} ordinary complaints are being queued")
        return asyncio.run(_run(stack, thefts))


async def _run(stack: Stack, thefts: Thefts) -> Freezes:
    secrets, queued = keys(stack.folder), thefts.queued
    found = cases("x", [STOLEN]) * (thefts.warm + thefts.count)
    victims = [Case(**{**vars(case), "user": f"x-{n}"}) for n, case in enumerate(found)]
    world = World(stack.urls["sandbox"], secrets["REDRESS_EXCHANGE_TOKEN"])
    await world.create(victims)
    await world.http.aclose()
    if queued:
        await asyncio.to_thread(_hold, stack)
        await preload(_settings(stack, secrets), queued)
        await asyncio.to_thread(_let_go, stack)
    bodies = [victim.body() for victim in victims]
    before = await submit(stack.urls["intake"], bodies[: thefts.warm], thefts.rate)
    first = await _waiting(stack, queued)
    say("express", f"{thefts.count} accounts are being stolen, {thefts.rate:.0f} a second")
    meter = Meter({name: pid for name, pid in stack.pids.items() if pid})
    now = await submit(stack.urls["intake"], bodies[thefts.warm :], thefts.rate)
    usage = meter.read()
    last = await _waiting(stack, queued)
    count = len(before.at) + len(now.at)
    frozen = await produced(stack.kafka, CONFIRMED.topic, CONFIRMED.taken, count, AFTER_S)
    ms = since(now.at, frozen)
    way = [await until(stack.kafka, step, now.at) for step in WAY]
    return Freezes(ms, len(now.at) - len(ms), now.refused, way, (first, last), usage)


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
