"""Customers at intake's door, evenly in time, and when the log held what they wait for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp

from shared.envelope import Envelope, read
from shared.local.state import is_ready
from shared.pipeline import SERVICES
from shared.runner.scan import reader, until_end
from tests.bench.ground import BenchError, Ground

LOOK_S = 1.0
READY_S = 30.0
SLOWEST_S = 60.0


@dataclass
class Submitted:
    """When each complaint got its 202, in seconds of the epoch; how many were answered 429."""

    at: dict[str, float] = field(default_factory=dict)
    refused: int = 0


async def submit(intake: str, bodies: Sequence[Mapping[str, Any]], rate: float) -> Submitted:
    """At `rate` a second, without waiting for slow answers. Raises BenchError."""
    submitted, began = Submitted(), time.monotonic()

    async def one(http: aiohttp.ClientSession, number: int, body: Mapping[str, Any]) -> None:
        await asyncio.sleep(began + number / rate - time.monotonic())
        async with http.post("/v1/complaints", json=body) as answer:
            if answer.status == HTTPStatus.ACCEPTED:
                submitted.at[(await answer.json())["complaint_id"]] = time.time()
            elif answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                submitted.refused += 1
            else:
                raise BenchError(f"intake answered {answer.status}")

    connector = aiohttp.TCPConnector(limit=0)  # a slow answer holds up nobody behind it
    timeout = aiohttp.ClientTimeout(total=SLOWEST_S)
    async with aiohttp.ClientSession(intake, connector=connector, timeout=timeout) as http:
        await asyncio.gather(*(one(http, number, body) for number, body in enumerate(bodies)))
    return submitted


async def produced(
    kafka: str, topic: str, awaited: Callable[[Envelope], bool], count: int, seconds: float
) -> dict[str, float]:
    """When the first awaited event of each complaint was produced, in seconds of the epoch.

    Comes back once there are `count`, or after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while True:
        found: dict[str, float] = {}
        async with reader(kafka, [topic]) as consumer:
            async for record in until_end(consumer):
                event = read(record.value, [])
                if awaited(event):
                    found.setdefault(event.subject, record.timestamp / 1000)
        if len(found) >= count or time.monotonic() > deadline:
            return found
        await asyncio.sleep(LOOK_S)


async def until_ready(place: Ground, names: Sequence[str] = SERVICES) -> None:
    """Wait until these services answer and work. Raises BenchError."""
    deadline = time.monotonic() + READY_S
    waiting = list(names)
    while waiting := [name for name in waiting if not is_ready(place.url(name))]:
        if time.monotonic() > deadline:
            raise BenchError(f"{waiting[0]} is not ready in time")
        await asyncio.sleep(0.2)
