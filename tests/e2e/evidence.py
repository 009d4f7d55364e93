"""Collects what a run left behind: the whole log, the collections, the groups, the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from shared.pipeline import LANES, ROWS, topics

Place = tuple[str, int]


@dataclass(frozen=True)
class Record:
    """One record of the log, untouched."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass
class Evidence:
    """What the checker judges: offsets by (topic, partition), documents by stage and complaint."""

    records: list[Record] = field(default_factory=list)
    ends: dict[Place, int] = field(default_factory=dict)
    committed: dict[str, dict[Place, int]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsent: dict[str, int] = field(default_factory=dict)
    ledger: list[Mapping[str, Any]] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    prints: dict[str, bytes] = field(default_factory=dict)  # logs and metrics, by their place
    rest_s: float = 0.0  # from the end of the fault until all was read


async def collect(kafka: str, mongo: str) -> Evidence:
    """Read everything; the run should have come to rest."""
    evidence = await offsets(kafka)
    await _read_log(kafka, evidence)
    with MongoClient[dict[str, Any]](mongo) as client:
        for row in ROWS:
            found = client["redress"][row.collection].find({})
            evidence.documents[row.name] = {document["_id"]: document for document in found}
            unsent = client["redress"][f"{row.name}_inputs"].count_documents({"unsent": True})
            evidence.unsent[row.name] = unsent
        evidence.ledger = list(client["redress_sandbox"]["ledger"].find({}))
        evidence.mails = [mail["raw"] for mail in client["redress_sandbox"]["mails"].find({})]
    return evidence


async def offsets(kafka: str) -> Evidence:
    """Only what the groups have committed, and then where the topics end."""
    evidence = Evidence()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await admin.start()
    await consumer.start()
    try:
        groups = [row.group(lane) for row in ROWS for lane in LANES]
        found = await asyncio.gather(*map(admin.list_consumer_group_offsets, groups))
        for group, committed in zip(groups, found, strict=True):
            evidence.committed[group] = {tuple(place): at.offset for place, at in committed.items()}
        places = [
            TopicPartition(topic["topic"], part["partition"])
            for topic in await admin.describe_topics(topics())
            for part in topic["partitions"]
        ]
        consumer.assign(places)  # else the first question about a topic takes 3 s
        evidence.ends = {
            tuple(place): end for place, end in (await consumer.end_offsets(places)).items()
        }
    finally:
        await consumer.stop()
        await admin.close()
    return evidence


async def _read_log(kafka: str, evidence: Evidence) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        left = {TopicPartition(*place): end for place, end in evidence.ends.items() if end}
        consumer.assign(list(left))
        while left:
            for place, records in (await consumer.getmany(*left, timeout_ms=500)).items():
                evidence.records += map(_kept, records)
                if await consumer.position(place) >= left[place]:
                    del left[place]
    finally:
        await consumer.stop()


def _kept(record: Any) -> Record:
    place = record.topic, record.partition, record.offset
    return Record(*place, record.key, record.value, tuple(record.headers))
