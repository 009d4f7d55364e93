"""Kafka away: complaints are still taken. MongoDB away: refused at once, nothing half-stored."""

import asyncio
import contextlib
import time

import httpx
import pytest

from tests.e2e.stories import AWAY

pytestmark = pytest.mark.timeout(180)


@contextlib.asynccontextmanager
async def away(running, server):
    """A server that was killed, and is back at the end."""
    servers = running.stack.servers
    await asyncio.to_thread(servers.kill, server)
    try:
        yield
    finally:
        await asyncio.to_thread(servers.revive, server)


async def posted(running, case):
    """One attempt at the door of intake, and how long it took in seconds."""
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        started = time.monotonic()
        answer = await http.post(f"{running.stack.urls['intake']}/v1/complaints", json=case.body())
        return answer, time.monotonic() - started


async def test_without_kafka_a_complaint_is_taken_and_published_when_it_is_back(running):
    async with away(running, "kafka"):
        answer, seconds = await posted(running, AWAY[0])
        assert answer.status_code == 202
        assert seconds < 4
        assert running.watch.tracks[answer.json()["complaint_id"]].events == []

    made = await running.people.submit(AWAY[0])
    assert made.id == answer.json()["complaint_id"]
    assert await running.closed([made], 90) == {}


async def test_without_mongodb_a_complaint_is_refused_at_once_and_can_be_sent_again(running):
    async with away(running, "mongo"):
        answer, seconds = await posted(running, AWAY[1])
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
        assert seconds < 4

    made = await running.people.submit(AWAY[1])
    assert await running.closed([made], 90) == {}


async def test_after_both_were_away_everything_is_read_and_ready(running):
    made = await running.people.submit(AWAY[2])
    assert await running.closed([made], 60) == {}
    evidence = await running.at_rest()

    assert {one.id for one in running.people.made.values()} <= evidence.documents["notify"].keys()
    await asyncio.to_thread(running.stack.wait_ready, None, 30.0)
