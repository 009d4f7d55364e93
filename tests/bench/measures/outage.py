"""How long the services need to catch up after an hour without them, while complaints go on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from pymongo import AsyncMongoClient

from tests.bench.complaints import preload
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.measures.customers import submit, until_ready
from tests.bench.measures.latency import body_of
from tests.bench.progress import DONE
from tests.bench.section import Section, machine_load
from tests.bench.variant import MODULES

AWAY_S = 3_600
LOOK_S = 5.0
BEHIND_S = 2.0  # so much of the work may be under way: nobody waits for the outage any more
MOST_S = 1_800.0


@dataclass(frozen=True)
class CaughtUp:
    """Complaints that waited and that came meanwhile; seconds until the wait was over."""

    waited: int
    came: int
    seconds: float
    cores: float


async def _run(place: Ground, rate: float, away_s: int) -> CaughtUp:
    waited = int(rate * away_s)
    await place.prepare()
    await preload(place.settings, waited)
    with place.services(MODULES["ours"]) as gate:
        gate.open()
        began = time.monotonic()
        with machine_load() as load:
            await until_ready(place)
            came = await _until_caught_up(place, waited, rate)
        return CaughtUp(waited, came, time.monotonic() - began, load.cores)


async def _until_caught_up(place: Ground, waited: int, rate: float) -> int:
    """Complaints that came in the meantime. Raises BenchError."""
    bodies = [body_of(waited + n) for n in range(int(MOST_S * rate))]
    door = asyncio.create_task(submit(place.url("intake"), bodies, rate))
    began, behind = time.monotonic(), waited
    async with AsyncMongoClient(place.settings.mongo.get_secret_value()) as client:
        resolution = client[place.settings.database]["resolution"]
        while behind > BEHIND_S * rate:
            await asyncio.sleep(LOOK_S)
            place.check_alive()
            if door.done():
                raise BenchError("the services do not catch up")
            came = int((time.monotonic() - began) * rate)
            behind = waited + came - await resolution.count_documents(DONE["resolution"])
            say("outage", f"{time.monotonic() - began:4.0f} s  {behind:,} undecided")
    door.cancel()
    return came


def measure(rate: float, away_s: int = AWAY_S) -> Section:
    """At `rate` complaints a second during the outage and after it. Raises BenchError."""
    say("outage", f"{rate:.0f}/s while the services are away for {away_s} s")
    with ground() as place:
        found = asyncio.run(_run(place, rate, away_s))
    section = Section(
        "After an outage",
        f"All services were away for {away_s // 60} minutes while {rate:.0f} complaints a second "
        f"came to the log; as many go on coming over HTTP. Until less than {BEHIND_S:.0f} s of "
        "complaints were undecided.",
        ("waited", "came meanwhile", "caught up after, s", "decided/s", "machine, cores"),
    )
    decided = (found.waited + found.came) / found.seconds
    counts = f"{found.waited:,}", f"{found.came:,}"
    section.rows.append((*counts, f"{found.seconds:.0f}", f"{decided:.1f}", f"{found.cores:.2f}"))
    return section
