"""A replica set of three whose primary steps down: the services find the new one and go on."""

import asyncio
import contextlib
import time
from dataclasses import replace

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shared.local import mongo
from shared.local.install import installed
from shared.local.places import cache_dir
from shared.local.ports import LOOPBACK, Ports
from shared.local.stack import Options, Stack
from shared.local.supervisor import Supervisor
from tests.e2e.checker import Expected, violations
from tests.e2e.site import site
from tests.faults.crowd import CANARIES, MORE, customers

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]
MEMBERS = 3
STEPS = 3
AWAY_S = 6
ELECTED_S = 60.0


@contextlib.contextmanager
def replica_set(folder):
    """The URI of a set of three."""
    supervisor = Supervisor()
    with Ports(folder / "members.json") as ports:
        names = [f"mongo{number}" for number in range(MEMBERS)]
        hosts = [f"{LOOPBACK}:{ports.hold(name)}" for name in names]
        try:
            for name in names:
                log = folder / "logs" / f"{name}.log"
                place = installed(cache_dir())
                made = mongo.program(place, folder / name, log, ports.hold(name))
                supervisor.run(replace(made, name=name))
            initiate(hosts)
            uri = f"mongodb://{','.join(hosts)}/?replicaSet={mongo.SET}"
            primary(uri)
            yield uri
        finally:
            supervisor.close()


def initiate(hosts):
    members = [{"_id": number, "host": host} for number, host in enumerate(hosts)]
    config = {"_id": mongo.SET, "members": members, "settings": {"electionTimeoutMillis": 2000}}
    deadline = time.monotonic() + ELECTED_S
    with MongoClient(hosts[0], directConnection=True, serverSelectionTimeoutMS=500) as client:
        while True:
            try:
                client.admin.command("replSetInitiate", config)
            except PyMongoError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return


def primary(uri, also=lambda client: client.admin.command("ping"), other_than=None):
    """Wait for a primary that is not that one, asking for something meanwhile."""
    deadline = time.monotonic() + ELECTED_S
    with MongoClient(uri, serverSelectionTimeoutMS=2000) as client:
        while client.primary in (None, other_than):
            assert time.monotonic() < deadline
            with contextlib.suppress(PyMongoError):
                also(client)
            time.sleep(0.1)
        return client.primary


def leave(client):
    """Refused for as long as no other member is as far."""
    client.admin.command("replSetStepDown", AWAY_S, secondaryCatchUpPeriodSecs=4)


def step_down(uri):
    """The primary leaves its office; returns the one before and the one after."""
    before = primary(uri)
    return before, primary(uri, leave, before)


async def test_a_primary_that_steps_down_costs_nothing(report, tmp_path):
    crowd = customers("set", MORE)
    with report.case("15", "primary of three steps down, three times") as entry:
        with (
            replica_set(tmp_path / "set") as uri,
            Stack(tmp_path / "stack", Options(policy="demo", mongo=uri)) as stack,
        ):
            async with site(stack, crowd) as running:
                made = await running.submit(crowd)
                for _ in range(STEPS):
                    await asyncio.sleep(1)
                    before, after = await asyncio.to_thread(step_down, uri)
                    assert before != after
                    entry.cuts += 1
                still_open = await running.closed(made, 120)
                evidence = await running.at_rest()
        entry.complaints = len(made)
        expected = Expected(crashes=STEPS, canaries=CANARIES)
        entry.violations = violations(evidence, [one.id for one in made], expected)
        assert entry.violations == []
        assert running.people.faults == []
        assert still_open == {}
