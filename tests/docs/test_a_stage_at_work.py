"""The stage of the page on real servers: a complaint goes through it, once."""

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from shared.envelope import make, write
from shared.events.triage import ClockBreached
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.kafka import KafkaLog
from shared.runner.partitions import create_topics
from shared.runner.ports import Record
from shared.runner.scan import reader
from shared.testing.scenario import START
from tests.docs.test_adding_a_stage import copy, grown, run
from tests.serving import free_port

__all__ = ["copy", "grown"]
pytestmark = pytest.mark.timeout(180)
EVENTS = "complaints.escalation.events"
OWN = [EVENTS, f"{EVENTS}.express", "complaints.escalation.dead-letters"]
OWN += ["complaints.escalation.inputs", "complaints.escalation.inputs.express"]
LAST = {"clock": "review", "level": 2}


@pytest.fixture
def installation(addresses):
    """What the processes of an installation of its own are told; it leaves nothing behind."""
    name = f"page_{uuid.uuid4().hex[:10]}"
    yield {
        "REDRESS_KAFKA": addresses.kafka,
        "REDRESS_MONGO": addresses.mongo,
        "REDRESS_DATABASE": name,
        "REDRESS_KEYS_DATABASE": f"{name}_keys",
        "REDRESS_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
        "REDRESS_TOKEN_KEY": os.urandom(32).hex(),
        "REDRESS_PORT": str(free_port()),
    }
    with MongoClient(addresses.mongo) as client:
        client.drop_database(name)
        client.drop_database(f"{name}_keys")


@pytest.fixture
async def topics(grown, addresses, installation):
    """Those that are there already have six partitions; the new ones are made as the page says."""
    await create_topics(addresses.kafka, 6, 1)
    await asyncio.to_thread(run, grown, "redress", "topics", "create", **installation)
    yield
    admin = AIOKafkaAdminClient(bootstrap_servers=addresses.kafka)
    await admin.start()
    await admin.delete_topics(OWN)
    await admin.close()


@contextmanager
def serving(folder, installation):
    """`redress serve escalation`, until the end of the block; then it stops in order."""
    command = Path(sys.executable).with_name("redress"), "serve", "escalation"
    env = {**os.environ, "PYTHONPATH": str(folder), **installation}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own tool
            command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


async def ready(port, seconds=60):
    until = time.monotonic() + seconds
    async with httpx.AsyncClient(trust_env=False) as http:
        while time.monotonic() < until:
            try:
                if (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    return False


def breach(complaint, sequence, clock, level):
    """What triage says of a broken promise."""
    data = ClockBreached(
        clock=clock, level=level, due_at=START, detected_at=START + timedelta(minutes=1)
    )
    envelope = make(
        data,
        id=str(uuid.uuid4()),
        stage="triage",
        complaint=complaint,
        time=START,
        lane="normal",
        sequence=sequence,
    )
    topic = STAGES["triage"].topic("events")
    return Record(topic, complaint.encode(), write(envelope), headers(envelope))


async def produced(servers, complaint):
    """The stage's events of a complaint, up to the one that is known to be the last."""
    found = []
    async with asyncio.timeout(60), reader(servers, [EVENTS]) as consumer:
        async for record in consumer:
            body = json.loads(record.value)
            if body["subject"] == complaint:
                found.append(body)
                if body["data"] == LAST:
                    break
    return found


@pytest.mark.usefixtures("topics")
async def test_a_complaint_goes_through_the_stage_of_the_page_once(grown, addresses, installation):
    complaint, log = str(uuid.uuid4()), KafkaLog(addresses.kafka)
    await log.start()
    with serving(grown, installation) as process:
        assert await ready(installation["REDRESS_PORT"]), (grown / "log").read_text("utf-8")
        told = breach(complaint, 1, "resolution", 1)
        again = breach(complaint, 2, "resolution", 1)
        await log.publish([told, told, again, breach(complaint, 3, **LAST)])
        events = await produced(addresses.kafka, complaint)
    await log.stop()

    assert process.returncode == 0
    assert [(e["sequence"], e["data"]) for e in events] == [
        (1, {"clock": "resolution", "level": 1}),
        (2, LAST),
    ]
    with MongoClient(addresses.mongo) as client:
        stored = client[installation["REDRESS_DATABASE"]]["escalation"].find_one(complaint)
    assert stored["state"]["told"] == [["resolution", 1], ["review", 2]]
