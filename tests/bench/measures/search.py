"""Staff's search over 200,000 cases: each page of it, by whatever is asked."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import httpx
from pymongo import MongoClient

from shared.events.base import Category
from shared.reference import reference_of
from shared.runner.mongo_rows import operation
from shared.runner.ports import Document
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.measures.customers import until_ready
from tests.bench.measures.pages import bearer
from tests.bench.section import Section, percentile
from tests.bench.variant import MODULES
from tests.unit.triage.stage_cases import MISSING, running

CASES, LOOKS, PAGES = 200_000, 20, 20
BLOCK = 2_000
PROMISED_MS = 200.0
RARE = 5_000  # one in so many is settled, express, or of an assignee who has few
ASKED = {
    "all that are open": "",
    "a team and a priority": "team=payments&priority=P3",
    "an assignee": "assignee=agent-7",
    "an assignee with few cases": "assignee=agent-rare",
    "an account": "state=all&account=user-77777",
    "the express lane": "lane=express",
    "a category that is late": "category=kyc&due_within=1",
    "older than 30 days": "older_than=720",
    "everything that nobody has": "state=all&assignee=nobody",
}


def _fill(place: Ground) -> None:
    with MongoClient[dict[str, Any]](place.servers.mongo) as client:
        rows, batch = client[place.settings.database]["triage"], list[dict[str, Any]]()
        for number, row in enumerate(_rows(), 1):
            batch.append(row)
            if number % BLOCK == 0:
                rows.insert_many(batch, ordered=False)
                batch.clear()
            if number % 50_000 == 0:
                say("search", f"{number:,} of {CASES:,} cases written")


def _rows() -> Iterator[dict[str, Any]]:
    """Copies of a real case, each with its own place, people and instants."""
    case, chance = running(MISSING), random.Random(7)  # noqa: S311 - the same cases each time
    written: Any = operation(Document(str(uuid.UUID(int=0)), case.state, rev=1))
    template = dict(written._doc)  # noqa: SLF001 - as the store writes it
    categories = get_args(Category)
    for number in range(CASES):
        own, rare = str(uuid.UUID(int=chance.getrandbits(128), version=4)), number % RARE == 0
        due = case.now + timedelta(minutes=chance.randrange(60 * 24 * 40))
        told = case.now - timedelta(minutes=chance.randrange(60 * 24 * 60))
        state = {
            **template["state"],
            "priority": f"P{1 + chance.choices((0, 1, 2, 3), (1, 9, 50, 40))[0]}",
            "due_by": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "classified_at": told.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "team": chance.choice(("payments", "identity", "markets", "general")),
            "assignee": "agent-rare" if rare else f"agent-{chance.randrange(50)}",
            "category": chance.choice(categories),
            "user_id": f"user-{number}",
            "stands": "settled" if number % 3 == 0 else "assigned",
        }
        run = {**template["run"], "lane": "express" if rare else "normal"}
        yield {**template, "_id": own, "reference": reference_of(own), "state": state, "run": run}


async def _run(place: Ground) -> dict[str, list[float]]:
    await place.prepare()
    _fill(place)
    found: dict[str, list[float]] = {}
    with place.services(MODULES["ours"], ["triage"]) as gate:
        gate.open()
        await until_ready(place, ["triage"])
        url, headers = place.url("triage"), bearer(place, 0)
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:
            for name, query in ASKED.items():
                found[name] = [(await _page(http, query))[0] for _ in range(LOOKS)]
            found[f"the first {PAGES} pages, one by one"] = await _one_by_one(http)
    return found


async def _page(http: httpx.AsyncClient, query: str, after: str = "") -> tuple[float, str]:
    """Milliseconds of a page, and where the next one goes on."""
    asked = time.monotonic()
    answer = (
        await http.get(f"/v1/cases?{query}", params={"after": after} if after else None)
    ).raise_for_status()
    took = (time.monotonic() - asked) * 1000
    return took, answer.json()["after"] or ""


async def _one_by_one(http: httpx.AsyncClient) -> list[float]:
    took, after = [], ""
    for _ in range(PAGES):
        ms, after = await _page(http, "", after)
        took.append(ms)
        if not after:
            raise BenchError("the cases ended too early")
    return took


def measure() -> Section:
    """Fill, then ask for each in turn."""
    with ground() as place:
        found = asyncio.run(_run(place))
    section = Section(
        f"Search over {CASES:,} cases",
        f"Pages of 50 over HTTP, each asked {LOOKS} times of one triage process; p95 promised: "
        f"{PROMISED_MS:.0f} ms.",
        ("asked", "p50 ms", "p95 ms"),
    )
    for name, took in found.items():
        middle, most = percentile(took, 0.5), percentile(took, 0.95)
        section.rows.append((name, f"{middle:.1f}", f"{most:.1f}"))
        section.demand(held=most < PROMISED_MS, otherwise=f"{name}: p95 {most:.0f} ms")
    return section
