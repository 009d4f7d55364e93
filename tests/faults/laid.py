"""Complaints laid ready in the log: made by number, sealed and produced as the door would."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import AsyncMongoClient

from shared.envelope import make, write
from shared.events.base import Event, Input
from shared.events.intake import ComplaintSubmitted
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.kafka import KafkaLog
from shared.runner.keys import Keyring, MongoKeyStore
from shared.runner.ports import Record
from shared.sealed import seal
from shared.settings import Settings
from tests.bench.complaints import complaint_of, facts_of


async def lay(settings: Settings, numbers: Sequence[int]) -> list[str]:
    """Produce complaints, with their keys; returns their ids."""
    now = datetime.now(UTC)
    submitted = [(complaint_of(n), ComplaintSubmitted(facts=facts_of(n, now))) for n in numbers]
    await put(settings, "intake", submitted)
    return [complaint for complaint, _ in submitted]


async def put(settings: Settings, stage: str, inputs: Sequence[tuple[str, Event | Input]]) -> None:
    """Produce inputs of a stage in order; complaints get keys where they have none."""
    uri, master = settings.mongo.get_secret_value(), settings.master_key.get_secret_value()
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri)
    keyring = Keyring(MongoKeyStore(client[settings.keys_database], master))
    try:
        for complaint in {complaint for complaint, _ in inputs}:
            await keyring.create(complaint)
        await produce(settings.kafka, [await _record(keyring, stage, *one) for one in inputs])
    finally:
        await client.close()


async def _record(keyring: Keyring, stage: str, complaint: str, data: Event | Input) -> Record:
    envelope = make(
        data,
        id=str(uuid.uuid4()),
        stage=stage,
        complaint=complaint,
        time=datetime.now(UTC),
        lane="normal",
        actor="customer",
    )
    seal(data, await keyring.key(complaint), envelope.id)
    topic = STAGES[stage].topic("inputs")
    return Record(topic, complaint.encode(), write(envelope), headers(envelope))


async def produce(kafka: str, records: Sequence[Record]) -> None:
    """Put records into the log."""
    log = KafkaLog(kafka)
    await log.start()
    try:
        await log.publish(records)
    finally:
        await log.stop()
