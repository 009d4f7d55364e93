"""Staff's pages over 200,000 open complaints: the board's first paint, and what watching costs."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

import aiohttp
import httpx
import psutil
from pymongo import MongoClient

from services.notify.board.places import MILESTONES
from shared.events.personal import DataKey
from shared.events.triage import ClockWarned
from shared.http.tokens import issue
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.measures.customers import until_ready
from tests.bench.section import Section, machine_load, percentile
from tests.bench.variant import MODULES
from tests.stories import Story, deposit

COMPLAINTS, LOOKS = 200_000, 100
VIEWERS, EACH, WARM_S, WATCH_S = 200, 25, 5.0, 30.0
PAINT_MS, SHARE_OF_A_CORE = 100.0, 0.10
COUNTED_S = 300.0
BLOCK = 500
HISTORY = "notify_history"


class Figures(NamedTuple):
    """Seconds to the first whole count, milliseconds of each look, cores of 200 viewers."""

    counted_s: float
    looks: list[float]
    cores: float
    messages: int
    strangers: float


async def _run(place: Ground) -> Figures:
    await place.prepare()
    _fill(place)
    with place.services(MODULES["ours"], ["notify"]) as gate:
        gate.open()
        await until_ready(place, ["notify"])
        url, began = place.url("notify"), time.monotonic()
        async with httpx.AsyncClient(base_url=url, headers=bearer(place, 0), timeout=60) as http:
            await _counted(http)
            counted_s = time.monotonic() - began
            looks = [await _look(http) for _ in range(LOOKS)]
        process = psutil.Process(place.pids["notify"])
        with machine_load() as load:
            cores, messages = await _watched(place, url, process)
    return Figures(counted_s, looks, cores, messages, max(0.0, load.cores - cores))


def _fill(place: Ground) -> None:
    """The milestones of as many open complaints; promises of every tenth are at risk."""
    with MongoClient[dict[str, Any]](place.servers.mongo) as client:
        rows, batch = client[place.settings.database][HISTORY], list[dict[str, Any]]()
        for number, own in enumerate(_complaints(datetime.now(UTC) - timedelta(days=1))):
            batch += own
            if number % BLOCK == BLOCK - 1:
                rows.insert_many(batch, ordered=False)
                batch.clear()
            if number % 20_000 == 0:
                say("pages", f"{number:,} of {COMPLAINTS:,} complaints written")


def _arriving(place: Ground) -> None:
    """New complaints, ten a second, until the watching is over: the board never stands still."""
    now = datetime.now(UTC)
    with MongoClient[dict[str, Any]](place.servers.mongo) as client:
        rows = client[place.settings.database][HISTORY]
        for own in islice(_complaints(now), int((WARM_S + WATCH_S) * 10)):
            stamp = {"time": datetime.now(UTC), "seen_at": datetime.now(UTC)}
            rows.insert_many([{**row, **stamp} for row in own])
            time.sleep(0.1)


def _complaints(start: datetime) -> Iterator[list[dict[str, Any]]]:
    known = str(uuid.uuid4())
    due = start + timedelta(days=2)
    warned = ClockWarned(clock="resolution", level=1, share=80, at=start, due_at=due)
    story = Story(known, start).tell(*deposit(known, start)[:6], (3.0, warned))
    kept = {*MILESTONES, ClockWarned.event_type}
    template = [row for row in story.rows(DataKey(known, bytes(32)), start) if row["type"] in kept]
    for number in range(COMPLAINTS):
        own, later = str(uuid.uuid4()), timedelta(milliseconds=number * 400)
        yield [
            {
                **row,
                "_id": row["_id"].replace(known, own),
                "complaint": own,
                "value": bytes(row["value"]).replace(known.encode(), own.encode()),
                "time": row["time"] + later,
                "seen_at": row["seen_at"] + later,
            }
            for row in template
            if number % 10 == 0 or row["type"] != ClockWarned.event_type
        ]


def bearer(place: Ground, number: int) -> dict[str, str]:
    """An agent of that number."""
    key = place.settings.token_key.get_secret_value()
    token = issue(key, f"agent-{number}", "agent", datetime.now(UTC), timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


async def _counted(http: httpx.AsyncClient) -> None:
    """Wait for the first whole board, which must hold all of them."""
    deadline = time.monotonic() + COUNTED_S
    while not (board := (await http.get("/v1/board")).raise_for_status().json())["complete"]:
        if time.monotonic() > deadline:
            raise BenchError("the board was not counted in time")
        await asyncio.sleep(0.2)
    if board["open"] != COMPLAINTS or board["at_risk"] != COMPLAINTS // 10:
        raise BenchError("the board did not count what was written")


async def _look(http: httpx.AsyncClient) -> float:
    """Milliseconds to the last byte of the page, 50 ms after the look before."""
    await asyncio.sleep(0.05)
    asked = time.monotonic()
    (await http.get("/")).raise_for_status()
    return (time.monotonic() - asked) * 1000


async def _watched(place: Ground, url: str, process: psutil.Process) -> tuple[float, int]:
    """Cores of notify while so many watch the board, and how many messages they got."""
    heard = 0

    async def one(http: aiohttp.ClientSession, number: int) -> None:
        nonlocal heard
        headers = bearer(place, 1 + number // EACH)
        async with http.get(f"{url}/events/board", headers=headers) as stream:
            stream.raise_for_status()
            async for line in stream.content:
                heard += line.startswith(b"event: flow")

    timeout = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        watching = [asyncio.create_task(one(http, number)) for number in range(VIEWERS)]
        arriving = asyncio.create_task(asyncio.to_thread(_arriving, place))
        await asyncio.sleep(WARM_S)
        heard, before, began = 0, _cpu(process), time.monotonic()
        await asyncio.sleep(WATCH_S)
        cores = (_cpu(process) - before) / (time.monotonic() - began)
        for task in watching:
            task.cancel()
        ended = await asyncio.gather(*watching, return_exceptions=True)
        await arriving
    if faults := [one for one in ended if not isinstance(one, asyncio.CancelledError)]:
        raise BenchError(f"{len(faults)} of {VIEWERS} streams ended")
    return cores, heard


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def measure() -> Section:
    """Fill, look, watch."""
    with ground() as place:
        found = asyncio.run(_run(place))
    section = Section(
        f"The board over {COMPLAINTS:,} open complaints",
        f"One notify process; strangers used {found.strangers:.2f} cores while {VIEWERS} watched "
        f"for {WATCH_S:.0f} s, with ten new complaints a second, and got {found.messages:,} "
        "changes.",
        ("what", "measured", "promised"),
    )
    middle, most = percentile(found.looks, 0.5), percentile(found.looks, 0.95)
    section.rows += [
        ("first whole count after the start", f"{found.counted_s:.1f} s", ""),
        (f"page, p50 and p95 of {LOOKS}", f"{middle:.1f} ms, {most:.1f} ms", f"{PAINT_MS:.0f} ms"),
        (f"{VIEWERS} viewers", f"{found.cores:.3f} cores", f"{SHARE_OF_A_CORE:.2f} cores"),
    ]
    section.demand(held=most < PAINT_MS, otherwise=f"the board took {most:.0f} ms")
    section.demand(
        held=found.cores < SHARE_OF_A_CORE, otherwise=f"{found.cores:.2f} cores to watch"
    )
    return section
