"""Publishes with the framework's publish_batch: one partition for a batch, whatever its keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from faststream.kafka import KafkaBroker, KafkaPublishMessage

from shared.runner import wiring
from shared.runner.kafka import BATCH_BYTES, KafkaLog
from shared.runner.ports import Record


class BatchLog(KafkaLog):
    async def start(self) -> None:
        await super().start()
        self.broker = KafkaBroker(
            self.servers,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            logger=None,
        )
        await self.broker.connect()

    async def stop(self) -> None:
        await self.broker.stop()
        await super().stop()

    async def _publish(self, records: Sequence[Record]) -> None:
        by_topic: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_topic[record.topic].append(record)
        for topic, part in by_topic.items():
            messages = [KafkaPublishMessage(r.value or b"", key=r.key) for r in part]
            await self.broker.publish_batch(*messages, topic=topic)


wiring.KafkaLog = BatchLog  # type: ignore[attr-defined] # the one part that differs
