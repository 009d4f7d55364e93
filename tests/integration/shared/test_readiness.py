"""What a process that is not ready says of itself, in one line, with what to do."""

import asyncio
import importlib
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shared.pipeline import STAGES
from shared.runner.partitions import RECORD, SCHEMA
from shared.runner.probes import probe_router
from shared.runner.process import Process
from tests.integration.shared.test_doctor import admin_of, create_topics, gone

TOPIC = STAGES["triage"].topic("inputs", "express")


@pytest.fixture
async def process(wiring, kafka):
    """Triage's, on a real Kafka and MongoDB."""
    wiring.settings = wiring.settings.model_copy(update={"kafka": kafka})
    service = importlib.import_module("services.triage.main").SERVICE
    made = Process(wiring, [make(wiring) for make in service.parts], ["normal"])
    yield made
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)
    await wiring.log.stop()


async def readiness(process):
    """The answer of /readyz once it says why."""
    app = FastAPI()
    app.include_router(probe_router(process))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://redress") as http:
        async with asyncio.timeout(20):
            while "says" not in (answer := (await http.get("/readyz"))).json():  # noqa: ASYNC110 - it is asked as an orchestrator asks
                await asyncio.sleep(0.05)
    assert answer.status_code == 503
    return answer.json()["reason"], answer.json()["says"]


async def test_missing_topics_are_said_with_the_command(process, kafka):
    async with admin_of(kafka) as admin:
        await admin.delete_topics([TOPIC])
        await gone(kafka, TOPIC)
        await process.start()
        reason, says = await readiness(process)
    await create_topics(kafka, 6, 1)

    assert (reason, says) == ("starting", "1 topics are missing; run: redress topics create")


@pytest.mark.parametrize(
    ("record", "reason", "words"),
    [
        ({"partitions": 6, "schema": SCHEMA + 1}, "schema_changed", "run the release that wrote"),
        ({"partitions": 7, "schema": SCHEMA}, "partitions_changed", "do not have 7 partitions"),
    ],
)
async def test_a_database_that_does_not_fit_stops_the_process_but_not_its_probes(
    process, record, reason, words
):
    await process.wiring.database["installation"].insert_one({"_id": RECORD, **record})
    await process.start()

    found, says = await readiness(process)

    assert (found, words in says, process.dead()) == (reason, True, None)


async def test_a_clock_that_is_off_by_an_hour_is_said(process):
    await process.wiring.log.start()
    process.consumers, process.consuming = [], True
    store = process.wiring.stores["triage"]
    store.due.now = lambda: datetime.now(UTC) + timedelta(hours=1)
    await process._measure()  # noqa: SLF001 - what it does every five seconds

    reason, says = await readiness(process)

    assert reason == "clock_off"
    assert "3600 s apart: set both by NTP" in says
