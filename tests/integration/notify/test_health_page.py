"""The page of health and lag, on a real Kafka whose groups are behind, gone, or up to date."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.notify.health.health import STEPS_S, Facts, verdict_of
from services.notify.health.standings import Standings
from shared.errors import TransientError
from shared.http.sessions import COOKIE, HOST
from shared.pipeline import STAGES
from shared.runner.standing import since, standing_of, waited
from tests.sites import site, token


@pytest.fixture
async def topic(kafka):
    """A topic of this test's own, of one partition."""
    name = f"lag-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, 1)])
    yield name
    await admin.delete_topics([name])
    await admin.close()


@asynccontextmanager
async def reading(kafka, topic, group):
    """A consumer that has committed nothing yet."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=group, enable_auto_commit=False
    )
    async with consumer:
        await consumer.getmany(timeout_ms=100)
        yield consumer


async def write(kafka, topic, *ages_s):
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for age in ages_s:
            at = datetime.now(UTC) - timedelta(seconds=age)
            await producer.send_and_wait(topic, b"x", timestamp_ms=int(at.timestamp() * 1000))


async def facts_of(kafka, topic, group):
    """What the page is told of a group of this test's own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
            found = await standing_of(admin, consumer, group, [TopicPartition(topic, 0)])
            now_ms = int(datetime.now(UTC).timestamp() * 1000)
            longest = await waited(consumer, found.behind, now_ms, STEPS_S)
            return Facts(found.members, found.unread, longest, hour=0)
    finally:
        await admin.close()


@pytest.mark.parametrize(
    ("age_s", "waited_s", "verdict"), [(400, 300, "late"), (90, 60, "slow"), (5, 0, "well")]
)
async def test_the_wait_of_the_oldest_unread_record_is_told(kafka, topic, age_s, waited_s, verdict):
    place, group = TopicPartition(topic, 0), f"readers-of-{topic}"
    await write(kafka, topic, 5000, age_s, 0)
    async with reading(kafka, topic, group) as consumer:
        await consumer.commit({place: 1})
        behind = await facts_of(kafka, topic, group)
        await consumer.commit({place: 3})
        after = await facts_of(kafka, topic, group)

    assert behind == Facts(members=1, unread=2, waited_s=waited_s, hour=0)
    assert verdict_of(behind) == verdict
    assert after == Facts(members=1, unread=0, waited_s=0, hour=0)


async def test_all_of_a_topic_is_unread_for_a_group_that_never_committed(kafka, topic):
    await write(kafka, topic, 5000, 400, 0)
    found = await facts_of(kafka, topic, f"readers-of-{topic}")

    assert (found.unread, found.waited_s) == (3, 3600)


async def test_a_member_of_a_stage_s_group_is_seen(kafka, topic):
    async with reading(kafka, topic, STAGES["resolution"].group("normal")):
        health = await Standings(kafka).health(datetime.now(UTC))

    read = {(row.stage, row.lane) for row in health.rows if row.facts.members}
    assert ("resolution", "normal") in read
    assert [(row.stage, row.lane) for row in health.rows if row.verdict != "stopped"]


async def test_a_stage_that_nobody_reads_for_is_named_with_what_to_start(kafka, addresses):
    async with site(addresses.mongo, kafka=kafka) as pages:
        found = await pages.http.get("/health")

    assert found.status_code == 200
    assert "Nobody reads for at least one stage." in found.text
    assert "redress serve investigation --lane normal" in found.text
    assert "redress serve all --lane express" in found.text


async def test_what_came_within_a_time_is_counted(kafka, topic):
    await write(kafka, topic, 7200, 1800, 60)
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        found = await since(consumer, [TopicPartition(topic, 0)], int(hour_ago.timestamp() * 1000))

    assert found == 2


async def test_without_kafka_the_page_says_so(addresses, nowhere):
    async with site(addresses.mongo, kafka=nowhere) as pages:
        found = await pages.http.get("/health")

    assert found.status_code == 200
    assert "Kafka does not answer." in found.text


async def test_a_kafka_that_fails_is_asked_once_in_five_seconds():
    tries, seen = [], []

    async def hang_up(_, writer):
        tries.append(1)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1") as server:
        port, now = server.sockets[0].getsockname()[1], datetime.now(UTC)
        standings = Standings(f"127.0.0.1:{port}")
        for after in (0, 1, 4, 5):
            with pytest.raises(TransientError):
                await standings.health(now + timedelta(seconds=after))
            seen.append(len(tries))

    assert 0 < seen[0] == seen[1] == seen[2] < seen[3]


async def test_a_page_that_refreshes_itself_is_loaded_anew_when_nobody_is_signed_in(addresses):
    async with site(addresses.mongo, public_url="https://complaints.example") as pages:
        polled = {"HX-Request": "true", "Redress-Refresh": "1"}
        found = await pages.http.get("/health", headers=polled)
        asked = await pages.http.get("/health")

    assert (found.status_code, found.headers["hx-refresh"]) == (401, "true")
    assert "hx-refresh" not in asked.headers


async def test_a_script_gets_the_numbers_alone(kafka, addresses):
    async with site(addresses.mongo, kafka=kafka) as pages:
        whole = (await pages.http.get("/health")).text
        piece = (await pages.http.get("/health", headers={"HX-Request": "true"})).text

    assert ("<html" in whole, "<html" in piece) == (True, False)
    assert "<table class" in piece


async def test_an_installation_for_all_the_world_shows_it_to_staff_alone(kafka, addresses):
    async with site(addresses.mongo, public_url="https://complaints.example", kafka=kafka) as pages:
        nobody = await pages.http.get("/health")
        operator = await pages.http.get(
            "/health", headers={"Cookie": f"{HOST}{COOKIE}={token('operator')}"}
        )

    assert "<table class" not in nobody.text
    assert "<table class" in operator.text


async def test_who_looks_within_five_seconds_sees_the_same_answer(kafka):
    standings, now = Standings(kafka), datetime.now(UTC)
    first = await standings.health(now)

    assert await standings.health(now + timedelta(seconds=4)) is first
    assert await standings.health(now + timedelta(seconds=5)) is not first
