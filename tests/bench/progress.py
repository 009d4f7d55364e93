"""How far a variant is, when it is done, and whether everything is there then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer
from pymongo import AsyncMongoClient

from shared.envelope import read
from shared.pipeline import ROWS, STAGES
from shared.runner.scan import reader, until_end
from shared.settings import Settings

EVENTS = tuple(row.topic("events") for row in ROWS)
DEAD = tuple(row.topic("dead-letters") for row in ROWS)
DONE: Mapping[str, Mapping[str, Any]] = {
    "intake": {"state.reference": {"$type": "string"}},
    "verification": {"state.ended": "decided", "state.due": {}},
    "triage": {"state.settled": 1, "state.due": {}},
    "investigation": {"state.proposal": {"$type": "string"}, "state.due": {}},
    "resolution": {"state.decisions": {"$size": 1}, "state.proposal": None},
    "notify": {"state.decided": 1, "state.due": {}},
}


class Progress:
    """Looks at topics and documents from outside; cheap until all seems done."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer, count: int) -> None:
        self.client: Any = AsyncMongoClient(settings.mongo.get_secret_value())
        self.database = self.client[settings.database]
        self.consumer = consumer
        self.count = count

    async def documents(self) -> dict[str, int]:
        """Documents of each stage, as far as the database's own count knows."""
        return {name: await self.database[name].estimated_document_count() for name in STAGES}

    async def events(self) -> int:
        """Events published so far."""
        return await self._records(EVENTS)

    async def told(self) -> tuple[int, int]:
        """Rows of the timeline, one for each event, and events in the log, with any copies."""
        rows = await self.database["notify_history"].estimated_document_count()
        return rows, await self.events()

    async def made(self) -> int:
        """Events without their copies: a complaint's sequence at a stage is dense."""
        summed = {"$group": {"_id": None, "events": {"$sum": "$state.sequence"}}}
        rows = [await (await self.database[n].aggregate([summed])).to_list() for n in STAGES]
        return sum(row["events"] for (row,) in rows)

    async def dead_letters(self) -> int:
        """Dead letters so far."""
        return await self._records(DEAD)

    async def _records(self, topics: tuple[str, ...]) -> int:
        places = [place for place in self.consumer.assignment() if place.topic in topics]
        return sum((await self.consumer.end_offsets(places)).values())

    async def done(self) -> bool:
        """Whether every stage has applied every event and nothing is owed."""
        history, events = await self.told()
        if not history or history != events:
            return False
        finished = await self.finished()
        return all(finished[name] == self.count for name in STAGES)

    async def finished(self) -> dict[str, int]:
        """Documents of each stage that are in their end state."""
        return {name: await self.database[name].count_documents(DONE[name]) for name in STAGES}

    async def first_decided(self, kafka: str) -> float:
        """When the first record was handed to a rule, in seconds since the epoch."""
        async with reader(kafka, [STAGES["intake"].topic("events")]) as consumer:
            firsts: dict[int, float] = {}
            async for record in until_end(consumer):
                if record.partition not in firsts:
                    firsts[record.partition] = self.decided_at(record)
                if len(firsts) == len(consumer.assignment()):
                    break
        return min(firsts.values())

    def decided_at(self, record: Any) -> float:
        """When a rule made this event."""
        return read(record.value, []).time.timestamp()


class Moved(Progress):
    """The limit: all is there once every recorded event and row was moved as often as asked."""

    def __init__(
        self, settings: Settings, consumer: AIOKafkaConsumer, count: int, events: Sequence[int]
    ) -> None:
        super().__init__(settings, consumer, count)
        self.wanted = sum(events[number % len(events)] for number in range(count))

    async def done(self) -> bool:
        """Whether every event and every row is there."""
        history = await self.database["notify_history"].estimated_document_count()
        return history == self.wanted == await self.events()

    async def finished(self) -> dict[str, int]:
        """Documents of each stage: they have no end state."""
        return await self.documents()

    def decided_at(self, record: Any) -> float:
        """When this event was moved; what it says itself is from the recording."""
        moved: int = record.timestamp
        return moved / 1000
