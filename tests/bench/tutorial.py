"""The same stages as a tutorial would write them: one message, one read, one write, one send.

FastStream and Motor with their default settings; the same deciders, records and documents. It is
not safe: an offset may be committed before its document is written, an event may be lost or sent
twice.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import uvloop
from faststream import FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient

from shared.decider import Context, Decider, State
from shared.envelope import Envelope, digest, event_id, make, read, write
from shared.events.base import DueItem, Input
from shared.events.personal import Personal
from shared.headers import headers
from shared.pipeline import ROWS, Stage
from shared.policy import load
from shared.runner.answers import answer_of
from shared.runner.due import Claim, Work
from shared.runner.history import row_of
from shared.runner.keys import Keyring, MongoKeyStore
from shared.sealed import seal
from shared.settings import Settings
from tests.bench.answers import answers, decider_of
from tests.bench.gate import pass_gate
from tests.bench.sampler import sampled


class Handler:
    """One stage, per message."""

    def __init__(self, stage: Stage, broker: KafkaBroker, client: Any, settings: Settings) -> None:
        self.stage = stage
        self.broker = broker
        self.decider: Decider[Any] = decider_of(stage)
        self.work: Mapping[str, Work] = answers(stage.name)
        self.policy = load(settings.policy)
        database, keys = client[settings.database], client[settings.keys_database]
        self.documents = database[stage.collection]
        self.history = database[f"{stage.name}_history"] if stage.name == "notify" else None
        self.keyring = Keyring(MongoKeyStore(keys, settings.master_key.get_secret_value()))

    async def handle(self, message: KafkaMessage) -> None:
        """Find, decide, write, publish; then do what is due."""
        found: list[Personal] = []
        cause = read(message.body, found, message.headers.get("ce_type"))
        if cause.sequence is not None:
            await self._keep(cause, message.body)
        if type(cause.data) not in self.decider.decide_table:
            return
        await self.keyring.unlock(found)
        stored = await self.documents.find_one({"_id": cause.subject}) or {"_id": cause.subject}
        [state] = await self.keyring.read(self.decider.state, [stored.get("state", {})])
        owed = _ready(state)
        now = datetime.now(UTC)
        context = Context(now, self.policy, cause.subject, cause.id)
        sent: list[tuple[Envelope, bytes]] = []
        for index, data in enumerate(self.decider.decide(state, cause.data, context)):
            event, value = await self._made(data, state, cause, stored, index)
            state = self.decider.evolve(state, event)
            sent.append((event, value))
        if not sent:
            return
        stored["state"] = state.model_dump(mode="json")
        await self.documents.replace_one({"_id": cause.subject}, stored, upsert=True)
        for event, value in sent:
            await self._keep(event, value)
            await self._publish(event, value, self.stage.topic("events"))
        for item in _ready(state):
            if item not in owed:
                await self._work(Claim(cause.subject, item, state, now))

    async def _made(
        self, data: Any, state: State, cause: Envelope, stored: dict[str, Any], index: int
    ) -> tuple[Envelope, bytes]:
        sequence, stage = state.sequence + 1, self.stage.name
        event = make(
            data,
            id=event_id(cause.subject, stage, sequence, cause.id, index),
            stage=stage,
            complaint=cause.subject,
            time=datetime.now(UTC),
            lane=state.lane,
            sequence=sequence,
            causationid=cause.id,
            prevhash=stored.get("prevhash", ""),
            actor=cause.actor if isinstance(cause.data, Input) else "system",
            policyversion=self.policy.version,
        )
        seal(data, await self.keyring.key(cause.subject), event.id)
        value = write(event)
        stored["prevhash"] = digest(value)
        return event, value

    async def _keep(self, event: Envelope, value: bytes) -> None:
        if self.history is not None:
            row = row_of(event, value)
            await self.history.replace_one({"_id": row.id}, {**row.fields}, upsert=True)

    async def _publish(self, event: Envelope, value: bytes, topic: str) -> None:
        pairs = {name: text.decode() for name, text in headers(event)}
        await self.broker.publish(value, topic, key=event.subject.encode(), headers=pairs)

    async def _work(self, claim: Claim) -> None:
        [result] = await self.work[claim.item.kind]([claim])
        if result is not None:
            event = answer_of(self.stage, claim, result)
            seal(result, await self.keyring.key(claim.complaint), event.id)
            await self._publish(event, write(event), self.stage.topic("inputs"))


def _ready(state: State) -> list[DueItem]:
    """What can be done now."""
    now = datetime.now(UTC)
    return [i for i in state.due.values() if i.at <= now and i.after not in state.due]


def application(service: str) -> FastStream:
    """The service: a subscriber for each of its stages. Pre-loaded records are to be seen."""
    settings = Settings()
    broker = KafkaBroker(settings.kafka)
    client: Any = AsyncIOMotorClient(settings.mongo.get_secret_value(), tz_aware=True)
    for stage in (row for row in ROWS if row.service == service):
        subscriber = broker.subscriber(
            *stage.sources("normal"),
            group_id=stage.group("normal"),
            auto_offset_reset="earliest",
        )
        subscriber(Handler(stage, broker, client, settings).handle)
    return FastStream(broker)


async def run(name: str) -> None:
    service = application(name)
    pass_gate(name)
    await service.run()


if __name__ == "__main__":
    with sampled(sys.argv[1]):
        uvloop.run(run(sys.argv[1]))
