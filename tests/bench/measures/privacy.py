"""Erasing a person: from the second person's command to the last complaint erased."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from typing import Any

from pymongo import MongoClient

from services.intake.persons.index import COLLECTION
from shared.local.keys import keys
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.measures.customers import submit, until_ready
from tests.bench.section import Section, machine_load

MODULE = "tests.bench.own_work"
COUNT, RATE = 1_000, 50.0
PROMISED_S = 10.0
INDEXED_S = 60.0
PERSON = "one.person@customers.example"
REDRESS = (sys.executable, "-m", "shared.cli.main", "privacy", "erase", PERSON)
HOW = ("--reason", "customer-asked", "--staff")


async def _run(place: Ground) -> tuple[dict[str, Any], dict[str, Any], float]:
    await place.prepare()
    with place.services(MODULE, ["intake"]) as gate:
        gate.open()
        await until_ready(place, ["intake"])
        await _written(place)
        asked = _erase(place, "privacy-1")
        with machine_load() as load:
            erased = _erase(place, "privacy-2")
    return asked, erased, load.cores


async def _written(place: Ground) -> None:
    """As many complaints of one person, all of them in the index."""
    bodies = [
        {"subject": f"Order {n}", "description": f"Order {n} is wrong.", "contact_email": PERSON}
        for n in range(COUNT)
    ]
    await submit(place.url("intake"), bodies, RATE)
    deadline = time.monotonic() + INDEXED_S
    with MongoClient[dict[str, Any]](place.servers.mongo) as client:
        rows = client[place.settings.database][COLLECTION]
        while rows.count_documents({"mark": {"$exists": True}}) < COUNT:
            if time.monotonic() > deadline:
                raise BenchError("the complaints were not indexed in time")
            await asyncio.sleep(1)


def _erase(place: Ground, staff: str) -> dict[str, Any]:
    """The command as somebody gives it, its own start included in `seconds`."""
    secrets = {"REDRESS_TOKEN_KEY": keys(place.folder)["REDRESS_TOKEN_KEY"]}
    env = {**os.environ, **secrets, "REDRESS_PUBLIC_URL": place.url("intake")}
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own command
        [*REDRESS, *HOW, staff], env=env, capture_output=True, check=False, text=True
    )
    if done.returncode:
        raise BenchError(done.stderr.strip() or done.stdout.strip())
    return {**json.loads(done.stdout), "seconds": time.monotonic() - began}


def measure() -> Section:
    """The promise is for the second command, which erases."""
    say("privacy", f"erasing a person of {COUNT:,} complaints")
    with ground() as place:
        asked, erased, cores = asyncio.run(_run(place))
    section = Section(
        "Erasing a person",
        f"`redress privacy erase` for {COUNT:,} complaints of one mail address, given by two "
        "people one after the other, from the start of the command to its end; intake, Kafka and "
        f"mongod on the same machine, which used {cores:.2f} cores during the second.",
        ("command", "complaints", "seconds", "aim"),
    )
    for name, told, stand in (("first", asked, "asked"), ("second", erased, "erased")):
        row = (f"{name}: {stand}", f"{told[stand]:,}", f"{told['seconds']:.1f}")
        section.rows.append((*row, f"{PROMISED_S:.0f}"))
        section.demand(held=told[stand] == COUNT, otherwise=f"{told[stand]} were {stand}")
    section.demand(
        held=erased["seconds"] < PROMISED_S,
        otherwise=f"erasing took {erased['seconds']:.1f} s, {PROMISED_S:.0f} are promised",
    )
    return section
