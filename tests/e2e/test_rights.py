"""The rights that the manifests give on Kafka are enough for every stage, and no more than that."""

import asyncio
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.manifests import units
from services.notify.health.standings import Standings
from shared.errors import TransientError
from shared.local.lag import lags
from shared.local.stack import Options, Stack
from shared.pipeline import CHECKPOINTS, ROWS, STAGES
from shared.runner.burials import letters
from shared.runner.kafka import KafkaLog
from shared.runner.partitions import create_topics
from shared.runner.ports import Record
from shared.runner.scan import reader
from tests.e2e.guarded import guarded
from tests.e2e.site import site
from tests.e2e.stories import STORIES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.usefixtures("living"),
]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with guarded(tmp_path_factory.mktemp("guarded")) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def living(kafka, tmp_path_factory):
    """An installation in which each process signs in as the Deployment of its name does."""
    await create_topics(kafka.servers.kafka, 6, 1)
    await kafka.grant()
    options = Options(
        policy="demo",
        kafka=kafka.servers.kafka,
        mongo=kafka.servers.mongo,
        env={unit.name: kafka.told(unit.full_name) for unit in units()},
    )
    with Stack(tmp_path_factory.mktemp("stack"), options) as stack:
        async with site(stack, STORIES) as found:
            yield found


@pytest.fixture
def signed_in(kafka, monkeypatch):
    """Sign in as a user; gives the address."""

    def sign_in(user):
        for name, value in kafka.told(user).items():
            monkeypatch.setenv(name, value)
        return kafka.told(user)["REDRESS_KAFKA"]

    return sign_in


async def test_every_story_comes_to_its_end_under_these_rights(living):
    made = await living.submit(STORIES)

    assert await living.closed(made, 200) == {}
    evidence = await living.at_rest()
    assert [r.topic for r in evidence.records if r.topic.endswith("dead-letters")] == []


async def test_the_ledger_signs_what_the_operator_reads(signed_in):
    async with reader(signed_in("redress-operator"), [CHECKPOINTS]) as log, asyncio.timeout(100):
        assert (await log.getone()).value


async def test_no_other_stage_may_write_what_a_stage_decides(signed_in):
    log = KafkaLog(signed_in("redress-triage"))
    await log.start()
    try:
        record = Record(
            topic=STAGES["resolution"].topic("events"), key=b"a", value=b"{}", headers=()
        )
        with pytest.raises(TransientError):
            await log.publish([record])
    finally:
        await log.stop()


async def test_a_stage_may_not_read_what_the_table_does_not_name(signed_in):
    unread = STAGES["notify"].topic("inputs")
    assert not any(unread in row.sources("normal") for row in ROWS if row.name != "notify")
    with pytest.raises(TransientError) as caught:
        async with reader(signed_in("redress-triage"), [unread]) as log:
            await log.getone()

    assert isinstance(caught.value.__cause__, TopicAuthorizationFailedError)


async def test_the_autoscaler_sees_every_lag(signed_in):
    seen = await lags(signed_in("redress-keda"))
    assert set(seen) == {row.group(lane) for row in ROWS for lane in ("normal", "express")}


async def test_the_page_of_health_sees_every_stage(signed_in):
    health = await Standings(signed_in("redress-notify")).health(datetime.now(UTC))
    assert {row.facts.members > 0 for row in health.rows} == {True}


async def test_a_stage_shows_its_own_dead_letters_alone(signed_in):
    triage = STAGES["triage"]
    log = KafkaLog(signed_in("redress-triage"))
    await log.start()
    told = [("dlq-reason", b"schema_invalid"), ("dlq-first-at", b"2026-11-23")]
    await log.publish([Record(triage.topic("dead-letters"), b"a", b"{}", told)])
    await log.stop()

    assert [one.reason for one in await letters(signed_in("redress-triage"), [triage])] == [
        "schema_invalid"
    ]
    with pytest.raises(TransientError):
        await letters(signed_in("redress-notify"), [triage])


async def test_a_wrong_password_opens_nothing(signed_in, monkeypatch):
    address = signed_in("redress-triage")
    monkeypatch.setenv("REDRESS_KAFKA_PASSWORD", "a guess")
    with pytest.raises(TransientError):
        await KafkaLog(address).start()
