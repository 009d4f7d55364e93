"""The doctor on real servers: each fault is put in, named, and gone again afterwards."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from pydantic import SecretStr

from shared.cli.doctor import wanted
from shared.doctor.examination import examine
from shared.doctor.log_checks import of_groups
from shared.doctor.log_facts import Group, LogFacts
from shared.pipeline import STAGES
from shared.runner.mongo_indexes import create
from shared.runner.partitions import RECORD, SCHEMA, create_topics, partition_counts

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOPIC = STAGES["notify"].topic("inputs", "express")
KEY = SecretStr("0d" * 32)


@pytest.fixture
async def place(wiring, kafka):
    """A whole installation that nothing runs on; gives what the doctor finds of a check."""
    needs = wanted(wiring)
    await create(wiring.database, needs.indexes)
    await create_topics(kafka, 6, 1)
    record = {"_id": RECORD, "partitions": 6, "schema": SCHEMA}
    await wiring.database["installation"].insert_one(record)

    async def found(check=None, *, late=timedelta(), variables=(), **settings):
        chosen = wiring.settings.model_copy(update={"token_key": KEY, **settings})
        now = datetime.now(UTC) + late
        rows = await examine(chosen, wiring.client, needs, variables, now)
        return [row for row in rows if check in (None, row.check)]

    return found


@asynccontextmanager
async def admin_of(servers):
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    yield admin
    await admin.close()


async def gone(servers, name):
    async with asyncio.timeout(20):
        while name in await partition_counts(servers):  # noqa: ASYNC110 - Kafka alone is told
            await asyncio.sleep(0.05)


async def one(place, check, **given):
    (found,) = await place(check, **given)
    return found


async def test_a_whole_installation_that_is_not_started_lacks_readers_alone(place):
    found = await place()

    assert {row.check for row in found if not row.ok} == {"consumers"}
    assert {"mongodb", "kafka", "topics", "schema", "indexes", "documents"} <= {
        row.check for row in found
    }


async def test_groups_that_nobody_reads_for_are_named_with_what_to_start(place):
    found = await place("consumers")

    assert "redress serve intake --lane normal" in "".join(row.do for row in found)
    assert not any(row.ok for row in found)


async def test_an_unknown_topic_and_one_that_is_missing(place, kafka):
    strange = f"complaints.strange-{uuid4().hex}.events"
    async with admin_of(kafka) as admin:
        await admin.create_topics([NewTopic(strange, 1, 1)])
        await admin.delete_topics([TOPIC])
        await gone(kafka, TOPIC)
        missing, unknown = await one(place, "topics"), await one(place, "unknown topics")
        await admin.delete_topics([strange])
    await create_topics(kafka, 6, 1)

    assert (TOPIC in missing.says, missing.do) == (True, "redress topics create")
    assert strange in unknown.says


async def test_another_partition_count_than_the_recorded_one(place, wiring):
    await wiring.database["installation"].update_one({}, {"$set": {"partitions": 7}})

    assert "do not have 7 partitions" in (await one(place, "partitions")).says


async def test_a_topic_that_forgets(place, kafka):
    def config(value):
        return [ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": value})]

    async with admin_of(kafka) as admin:
        await admin.alter_configs(config("3600000"))
        found = await one(place, "retention")
        # What alter_configs does not name goes back to the server's own.
        await admin.delete_topics([TOPIC])
    await gone(kafka, TOPIC)
    await create_topics(kafka, 6, 1)

    assert TOPIC in found.says


async def test_an_index_that_is_missing_and_one_that_is_another(place, wiring):
    rows = wiring.database["triage_inputs"]
    await rows.drop_index("unsent")
    assert "triage_inputs.unsent" in (await one(place, "indexes")).says

    await rows.create_index("accepted_at", name="unsent")
    assert "triage_inputs.unsent" in (await one(place, "indexes")).says


async def test_a_database_of_another_schema_and_documents_nobody_can_read(place, wiring):
    await wiring.database["installation"].update_one({}, {"$set": {"schema": SCHEMA + 1}})
    await wiring.database["triage"].insert_one({"_id": "x", "state": {}, "run": {"rev": 1}})

    assert f"schema {SCHEMA + 1}" in (await one(place, "schema")).says
    assert "1 of" in (documents := await one(place, "documents")).says or "2 of" in documents.says
    assert not documents.ok


@pytest.mark.parametrize(("hours", "word"), [(1, "1 h ahead of"), (-1, "behind")])
async def test_a_clock_that_is_off_by_an_hour(place, hours, word):
    found = await one(place, "clocks", late=timedelta(hours=hours, seconds=5))

    assert (found.ok, word in found.says) == (False, True)


async def test_a_parked_complaint_and_a_ledger_that_nobody_writes(place, wiring):
    await wiring.database["notify"].insert_one({"_id": "x", "run": {"parked": "why"}})
    await wiring.database["ledger"].insert_one({"_id": "tree", "until": NOW - timedelta(days=999)})

    assert "notify 1" in (await one(place, "parked")).says
    assert (await one(place, "ledger")).do == "start: redress serve ledger"


async def test_keys_that_are_none_and_keys_of_another_ring(place, wiring):
    other = SecretStr("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
    await wiring.keyring.create("a-complaint")

    assert (await one(place, "master key")).ok
    assert "1 of 1 keys" in (await one(place, "master key", master_key=other)).says
    assert not (await one(place, "master key", master_key=SecretStr("zz"))).ok
    assert not (await one(place, "token key", token_key=SecretStr("zz"))).ok


async def test_a_misspelt_setting(place):
    found = await one(place, "settings", variables=["REDRESS_KAFAK", "REDRESS_KAFKA", "PATH"])

    assert "REDRESS_KAFAK" in found.says


async def test_servers_that_are_away_are_findings_too(place, nowhere):
    assert not (await one(place, "kafka", kafka=nowhere)).ok
    assert (await one(place, "mongodb", kafka=nowhere)).ok


def test_lag_counts_by_the_age_of_the_oldest_record():
    def told(minutes):
        group = Group(2, 70_000, NOW - timedelta(minutes=minutes))
        return [row.ok for row in of_groups(LogFacts({}, groups={"redress-triage": group}), NOW)]

    assert (told(4), told(6)) == ([True], [False])
