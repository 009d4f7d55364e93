"""The page of health and lag, on a real Kafka whose groups are behind, gone, or up to date."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.notify.health.standings import Standings
from shared.pages.staff import COOKIE
from shared.pipeline import STAGES
from shared.runner.standing import since
from tests.sites import site, token

GROUP = STAGES["resolution"].group("normal")


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
async def reading(kafka, topic):
    """A consumer of resolution's group that has committed nothing yet."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=GROUP, enable_auto_commit=False
    )
    async with consumer:
        await consumer.getmany(timeout_ms=100)
        yield consumer


async def write(kafka, topic, *ages_s):
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for age in ages_s:
            at = datetime.now(UTC) - timedelta(seconds=age)
            await producer.send_and_wait(topic, b"x", timestamp_ms=int(at.timestamp() * 1000))


async def row_of(kafka, stage="resolution", lane="normal"):
    health = await Standings(kafka).health(datetime.now(UTC))
    return next(row for row in health.rows if (row.stage, row.lane) == (stage, lane))


@pytest.mark.parametrize(
    ("age_s", "waited_s", "verdict"), [(400, 300, "late"), (90, 60, "slow"), (5, 0, "well")]
)
async def test_the_wait_of_the_oldest_unread_record_is_told(kafka, topic, age_s, waited_s, verdict):
    place = TopicPartition(topic, 0)
    await write(kafka, topic, 5000, age_s, 0)
    async with reading(kafka, topic) as consumer:
        await consumer.commit({place: 1})
        row = await row_of(kafka)
        await consumer.commit({place: 3})
        after = await row_of(kafka)

    assert (row.facts.members, row.facts.unread, row.facts.waited_s) == (1, 2, waited_s)
    assert row.verdict == verdict
    assert (after.facts.unread, after.facts.waited_s, after.verdict) == (0, 0, "well")


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
            "/health", headers={"Cookie": f"{COOKIE}={token('operator')}"}
        )

    assert "<table class" not in nobody.text
    assert "<table class" in operator.text


async def test_who_looks_within_five_seconds_sees_the_same_answer(kafka):
    standings, now = Standings(kafka), datetime.now(UTC)
    first = await standings.health(now)

    assert await standings.health(now + timedelta(seconds=4)) is first
    assert await standings.health(now + timedelta(seconds=5)) is not first
