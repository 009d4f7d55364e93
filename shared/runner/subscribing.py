"""How every consumer subscribes: batches of raw records, nothing skipped, range by range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.errors import UsageError
from shared.events.base import Lane
from shared.pipeline import Stage
from shared.runner.access import security_of
from shared.settings import Settings


async def _parse(records: Any, original: Any) -> KafkaMessage:
    # The framework's parser fails the whole batch on one bad header; it sees none of them.
    first = (replace(records[0], headers=(), value=b""),)
    message: KafkaMessage = await original(first)
    message.raw_message = records
    return message


async def _undecoded(message: KafkaMessage) -> KafkaMessage:
    return message


SUBSCRIBING: dict[str, Any] = {
    "batch": True,
    "ack_policy": AckPolicy.NACK_ON_ERROR,
    "auto_offset_reset": "earliest",
    # Range keeps the same partition of every topic with one member; round robin tears them apart.
    "partition_assignment_strategy": (RangePartitionAssignor,),
    "session_timeout_ms": 6_000,
    "heartbeat_interval_ms": 2_000,
    "rebalance_timeout_ms": 30_000,
    "max_poll_interval_ms": 3_600_000,
    # Of each partition so much waits in memory; a larger batch still comes, alone.
    "max_partition_fetch_bytes": 256 * 1024,
    "parser": _parse,
    "decoder": _undecoded,
}


def broker_of(settings: Settings) -> KafkaBroker:
    """The framework's broker of one process; it subscribes, and publishes nothing."""
    return KafkaBroker(
        settings.kafka.split(","),
        security=security_of(settings),
        apply_types=False,
        allow_auto_create_topics=False,
        acks="all",
        enable_idempotence=True,
        graceful_timeout=20.0,
        logger=None,
    )


GATHERED_BYTES = 64 * 1024


def gathering(stage: Stage, lane: Lane) -> dict[str, Any]:
    """How Kafka answers a fetch: at once, or with more where that may wait."""
    if lane == "express" or not stage.gather_ms:
        return {}
    return {"fetch_min_bytes": GATHERED_BYTES, "fetch_max_wait_ms": stage.gather_ms}


def check_subscribers(broker: KafkaBroker, rows: Sequence[Stage], lanes: Sequence[Lane]) -> None:
    """Compare what will be consumed with the table.

    Raises UsageError before anything is fetched: the framework drops a second topic or a policy
    without a word where it is set in the wrong place, and then records are lost.
    """
    subscribers: list[Any] = list(broker.subscribers)
    found = {one.group_id: sorted(one.topic_names) for one in subscribers}
    if found != {row.group(x): sorted(row.sources(x)) for row in rows for x in lanes}:
        raise UsageError("the subscribers do not read the topics of the table")
    if any(one.ack_policy is not AckPolicy.NACK_ON_ERROR for one in subscribers):
        raise UsageError("a subscriber acknowledges what it could not handle")
