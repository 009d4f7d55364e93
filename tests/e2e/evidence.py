"""Collects what a run left behind: the whole log, the collections, the groups, the ledger."""

from __future__ import annotations

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


async def collect(kafka: str, mongo: str) -> Evidence:
    """Read everything; the run should have come to rest."""
    evidence = Evidence()
    await _read_groups(kafka, evidence)
    await _read_log(kafka, evidence)
    with MongoClient[dict[str, Any]](mongo) as client:
        for row in ROWS:
            found = client["redress"][row.collection].find({})
            evidence.documents[row.name] = {document["_id"]: document for document in found}
            unsent = client["redress"][f"{row.name}_inputs"].count_documents({"unsent": True})
            evidence.unsent[row.name] = unsent
        evidence.ledger = list(client["redress_sandbox"]["ledger"].find({}))
    return evidence


async def _read_groups(kafka: str, evidence: Evidence) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        for topic in await admin.describe_topics(topics()):
            for part in topic["partitions"]:
                evidence.ends[topic["topic"], part["partition"]] = 0
        for group in (row.group(lane) for row in ROWS for lane in LANES):
            offsets = await admin.list_consumer_group_offsets(group)
            evidence.committed[group] = {
                (place.topic, place.partition): at.offset for place, at in offsets.items()
            }
    finally:
        await admin.close()


async def _read_log(kafka: str, evidence: Evidence) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(*place) for place in evidence.ends]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            evidence.ends[place.topic, place.partition] = end
        for place in places:
            end = evidence.ends[place.topic, place.partition]
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(place, timeout_ms=1000)).get(place, ()):
                    evidence.records.append(_kept(record))
    finally:
        await consumer.stop()


def _kept(record: Any) -> Record:
    place = record.topic, record.partition, record.offset
    return Record(*place, record.key, record.value, tuple(record.headers))
