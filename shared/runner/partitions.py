"""What is recorded at installation and checked for ever: the partition count and the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from pymongo.errors import PyMongoError

from shared.errors import RedressError, TransientError, UsageError
from shared.pipeline import CHECKPOINTS, topics
from shared.runner.access import access

RECORD = "installation"
SCHEMA = 1  # of the documents; one that older releases cannot read, or write wrongly, counts it up


class PartitionsChangedError(RedressError):
    """A topic has another number of partitions than the installation was made with."""

    slug = "partitions_changed"


class SchemaChangedError(RedressError):
    """The database was written by a release whose documents this one does not know."""

    slug = "schema_changed"


async def _describe(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    found = await admin.describe_topics(list(names))
    return {t["topic"]: len(t["partitions"]) for t in found if not t["error_code"]}


async def _admin(servers: str) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=servers.split(","), request_timeout_ms=10_000, **access()
    )
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        raise TransientError("Kafka is away") from error
    return admin


async def partition_counts(servers: str) -> dict[str, int]:
    """Partitions of each topic of ours that exists. Raises TransientError."""
    admin = await _admin(servers)
    try:
        return await _describe(admin, topics())
    except (KafkaError, OSError) as error:
        raise TransientError("Kafka is away") from error
    finally:
        await admin.close()


async def create_topics(servers: str, partitions: int, replication: int) -> list[str]:
    """Create the topics that are missing; returns those made. Raises TransientError, UsageError."""
    admin = await _admin(servers)
    try:
        every = {**dict.fromkeys(topics(), partitions), CHECKPOINTS: 1}
        there = await _describe(admin, list(every))
        missing = [name for name in every if name not in there]
        if not missing:
            return []
        wanted = [_topic(name, every[name], replication) for name in missing]
        return made((await admin.create_topics(wanted)).topic_errors)
    except (KafkaError, OSError) as error:
        raise TransientError("Kafka is away") from error
    finally:
        await admin.close()


def made(answers: Sequence[Sequence[Any]]) -> list[str]:
    """The topics that Kafka made, of its answers (topic, error code, …); one in place is fine.

    Raises TransientError where the same may succeed later, else UsageError, with Kafka's name.
    """
    for _, code, *_ in answers:
        if code not in (0, TopicAlreadyExistsError.errno):
            error = for_code(code)
            kind = TransientError if error.retriable else UsageError
            raise kind(f"Kafka does not create the topics: {error.message}")
    return [topic for topic, code, *_ in answers if not code]


def configs_of(name: str, replication: int) -> dict[str, str]:
    """Kafka's settings of a topic: kept for ever, 2 MiB a record, dead letters 4 MiB."""
    megabytes = 4 if name.endswith("dead-letters") else 2
    return {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "max.message.bytes": str(megabytes * 1024 * 1024),
        "min.insync.replicas": str(min(2, replication)),
    }


def _topic(name: str, partitions: int, replication: int) -> NewTopic:
    return NewTopic(name, partitions, replication, topic_configs=configs_of(name, replication))


async def check_partitions(servers: str, database: Any) -> None:
    """Compare with what the installation recorded, or record it the first time.

    Raises PartitionsChangedError, SchemaChangedError, or TransientError while topics or servers
    are not there.
    """
    counts = await partition_counts(servers)
    if missing := [name for name in topics() if name not in counts]:
        raise TransientError(f"{len(missing)} topics are missing; run: redress topics create")
    try:
        record = await database["installation"].find_one_and_update(
            {"_id": RECORD},
            {"$setOnInsert": {"partitions": min(counts.values()), "schema": SCHEMA}},
            upsert=True,
            return_document=True,
        )
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
    if (there := schema_of(record)) != SCHEMA:
        raise SchemaChangedError(
            f"the database holds schema {there}, this release reads {SCHEMA}: "
            "run the release that wrote it"
        )
    wrong = sorted(name for name, count in counts.items() if count != record["partitions"])
    if wrong:
        raise PartitionsChangedError(_told(wrong, record["partitions"]))


def schema_of(record: Mapping[str, Any]) -> int:
    """The schema that an installation's record names; the first one was not written down."""
    found: int = record.get("schema", 1)
    return found


def _told(wrong: Sequence[str], partitions: int) -> str:
    return (
        f"{len(wrong)} topics do not have {partitions} partitions ({wrong[0]}, …); "
        "partitions may only grow with the doors closed and every lag at 0"
    )
