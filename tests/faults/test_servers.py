"""Kafka or MongoDB killed, paused, or not there at all: nothing is lost, and nobody helps."""

import asyncio
import time

import httpx
import pytest

from shared.pipeline import SERVICES
from tests.e2e.evidence import offsets
from tests.faults.crowd import IDEA, MORE
from tests.serving import until

pytestmark = pytest.mark.timeout(900)
ACCEPTED, AWAY = 202, 503
ASKED = 12  # times, at most
DOOR_S = 4.0  # how long a door may take to say yes or no
SETTLE_S = 3.0  # what was under way when a server went has come to an end


def slow(value):
    return pytest.param(value, marks=pytest.mark.slow)


async def doors(case, seconds):
    """While a server is away: what intake answers, and the longest time it takes."""
    deadline = time.monotonic() + seconds
    found = [await case.ask()]
    while time.monotonic() + DOOR_S < deadline:
        await asyncio.sleep(max(DOOR_S / 4, seconds / ASKED))
        found.append(await case.ask())
    await asyncio.sleep(max(0.0, deadline - time.monotonic()))
    return {status for status, _ in found}, max(took for _, took in found)


def readiness(arena, service, probe="readyz"):
    url = f"{arena.stack.urls[service]}/{probe}"
    return httpx.get(url, timeout=5, trust_env=False).status_code


def ready(arena):
    return [name for name in SERVICES if readiness(arena, name) == 200]


def assignments(arena):
    """How often partitions were given out, by the services' own logs."""
    logs = [arena.stack.folder / "logs" / f"{name}.log" for name in (*SERVICES, "express")]
    return sum(log.read_text("utf-8").count('"event":"partitions assigned"') for log in logs)


@pytest.mark.parametrize("seconds", [2, slow(30), slow(120)])
async def test_without_kafka_the_doors_stay_open_and_nothing_is_lost(arena, seconds):
    async with arena.case("10", f"Kafka killed, back after {seconds} s") as case:
        await case.invite(ASKED + 2, IDEA)
        await case.submit()
        await case.away("kafka", 0)
        statuses, longest = await doors(case, seconds)
        assert readiness(arena, "intake", "readyz/door") == 200

    assert statuses == {ACCEPTED}
    assert longest < DOOR_S


@pytest.mark.parametrize("seconds", [slow(5), slow(60)])
async def test_while_kafka_is_paused_the_doors_stay_open_and_services_say_so(arena, seconds):
    async with arena.case("11", f"Kafka paused for {seconds} s") as case:
        await case.invite(ASKED + 2, IDEA)
        await case.submit()
        await case.pause("kafka")
        statuses, longest = await doors(case, seconds)
        if seconds > 30:
            await until(lambda: "intake" not in ready(arena), 5)  # what it took waits for Kafka

    assert statuses == {ACCEPTED}
    assert longest < DOOR_S


@pytest.mark.slow
async def test_services_that_start_without_kafka_wait_for_it(arena):
    async with arena.case("12", "Kafka absent when every service starts") as case:
        await case.invite(ASKED + 2, IDEA)
        await case.away("kafka", 0)
        for name in (*SERVICES, "express"):
            await case.kill(name)
        await until(lambda: arena.answers("intake"), 60)
        statuses, _ = await doors(case, 15)
        found = {readiness(arena, name) for name in SERVICES}
        failed = [name for name, pid in arena.stack.pids.items() if pid is None]

    assert statuses == {ACCEPTED}
    assert found == {AWAY}
    assert failed == ["kafka"]


@pytest.mark.parametrize("seconds", [slow(5), slow(30)])
async def test_without_mongodb_the_doors_close_and_no_offset_moves(arena, seconds):
    async with arena.case("13", f"mongod killed, back after {seconds} s") as case:
        await case.invite(ASKED + 2, IDEA)
        await case.submit(MORE)
        await case.away("mongo", SETTLE_S)
        before = await offsets(arena.stack.kafka)
        statuses, longest = await doors(case, seconds)
        after = await offsets(arena.stack.kafka)

    assert statuses == {AWAY}
    assert longest < DOOR_S
    assert after.committed == before.committed


@pytest.mark.parametrize("seconds", [slow(5), slow(60), slow(400)])
async def test_while_mongodb_is_paused_nobody_loses_a_partition(arena, seconds):
    async with arena.case("14", f"mongod paused for {seconds} s") as case:
        await case.invite(ASKED + 2, IDEA)
        await case.submit(MORE)
        before = assignments(arena)
        await case.pause("mongo")
        statuses, longest = await doors(case, seconds)

    assert statuses == {AWAY}
    assert longest < DOOR_S
    assert assignments(arena) == before
