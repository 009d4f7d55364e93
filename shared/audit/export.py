"""Every record of every topic into a folder that needs no server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.audit.copying import copy, newest
from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError, Part
from shared.audit.writing import BEGUN, Begun, Writer, save
from shared.errors import UsageError
from shared.pipeline import topics
from shared.runner.scan import POLL_MS, reader

Progress = Callable[[int], None]


def export(servers: str, folder: Path, progress: Progress, ledger: Path | None = None) -> int:
    """Write an export; returns the number of records. Raises UsageError, TransientError.

    With a ledger's folder its signed records come first, as they lie there; what it has not signed
    yet is read from Kafka, as is everything without one. The folder appears only when it is
    complete. What an earlier attempt finished is kept, and the export ends where the log ended
    when that one began.
    """
    if folder.exists():
        raise UsageError("the folder exists already; give a new one")
    part_folder = folder.with_name(folder.name + ".part")
    try:
        part_folder.mkdir(parents=True, exist_ok=True)
        size = asyncio.run(_write(servers, part_folder, progress, ledger))
        part_folder.rename(folder)
    except OSError as error:
        raise UsageError("the folder cannot be written") from error
    except (BadExportError, ValueError) as error:
        raise UsageError("a segment is damaged; remove DIR.part, and look at the ledger") from error
    return size


async def _write(servers: str, folder: Path, progress: Progress, ledger: Path | None) -> int:
    async with reader(servers, topics()) as consumer:
        begun = await _begun(consumer, folder, newest(ledger) if ledger else 0)
        with closing(Writer(folder, begun)) as writer:
            progress(writer.frontier.size)
            if ledger and begun.signed:
                copy(ledger, begun.signed, writer, progress)
            for part in begun.partitions:
                async for records in _batches(consumer, part, writer.next_of(part)):
                    for record in records:
                        writer.add(_record(record))
                    progress(len(records))
            return writer.finish(datetime.now(UTC)).size


async def _begun(consumer: AIOKafkaConsumer, folder: Path, signed: int) -> Begun:
    file = folder / BEGUN
    if file.exists():
        return Begun.model_validate_json(file.read_bytes())
    places = sorted(consumer.assignment())
    firsts = await consumer.beginning_offsets(places)
    ends = await consumer.end_offsets(places)
    begun = Begun(
        partitions=tuple(
            Part(topic=p.topic, partition=p.partition, first=firsts[p], records=ends[p] - firsts[p])
            for p in places
        ),
        signed=signed,
    )
    save(folder, begun)
    return begun


async def _batches(consumer: AIOKafkaConsumer, part: Part, start: int) -> AsyncIterator[list[Any]]:
    """One partition at a time, so the leaves stand by topic, partition and offset."""
    place, end = TopicPartition(part.topic, part.partition), part.first + part.records
    if start > end:
        raise UsageError("the ledger is not that of this Kafka; see REDRESS_LEDGER")
    if start == end:
        return
    consumer.assign([place])
    consumer.seek(place, start)
    while await consumer.position(place) < end:
        for records in (await consumer.getmany(place, timeout_ms=POLL_MS)).values():
            yield [record for record in records if record.offset < end]


def _record(found: Any) -> Record:
    return Record(
        found.topic,
        found.partition,
        found.offset,
        found.timestamp,
        found.key,
        found.value,
        tuple(found.headers),
    )
