"""`redress tail`: live events, one JSON object a line."""

import asyncio
import re
import sys
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.cli.installation import installation
from shared.errors import UsageError
from shared.pipeline import LANES, ROWS, STAGES
from shared.runner.decode import header
from shared.runner.scan import by_time, named, reader

PLACE = re.compile(r"([a-z.]+)/(\d{1,9})/(\d{1,18})")
STARTS = (
    "earliest, latest, a time (ISO 8601), the cursor of a line, or a record: topic/partition/offset"
)


def tail(
    event_type: Annotated[
        str, typer.Option("--type", help="only this type; a part of the name will do")
    ] = "",
    complaint: Annotated[
        str, typer.Option("--id", help="only this complaint: an id or a reference")
    ] = "",
    stage: Annotated[
        str, typer.Option(help=f"only what this one decided: {', '.join(STAGES)}")
    ] = "",
    start: Annotated[str, typer.Option("--from", help=STARTS)] = "latest",
) -> None:
    """Print events, older ones in the order of their time, each with the cursor to go on from.

    After a break give the last cursor: events of that very millisecond may come twice.
    A record that is no event is {"id": null, "error": "undecodable"} in its place.

    Example: redress tail --type decision-made --from earliest

    Example: redress tail --stage triage --from complaints.triage.events/0/17
    """
    if stage and stage not in STAGES:
        raise UsageError(f"--stage takes one of {', '.join(STAGES)}")
    servers = installation("kafka").kafka
    asyncio.run(_tail(servers, stage, event_type, complaint, start))


async def _tail(servers: str, stage: str, event_type: str, complaint: str, start: str) -> None:
    rows = [row for row in ROWS if stage in ("", row.name)]
    topics = [row.topic("events", lane) for row in rows for lane in LANES]
    meant = named(complaint)
    async with reader(servers, topics) as consumer:
        await _seek(consumer, start)
        async for record in by_time(consumer):
            if complaint and not meant((record.key or b"").decode(errors="replace")):
                continue
            if event_type in header(record, "ce_type"):
                sys.stdout.buffer.write(_line(record) + b"\n")
                sys.stdout.flush()


def _line(record: Any) -> bytes:
    try:
        event = orjson.loads(record.value)
    except orjson.JSONDecodeError:
        event = None
    if not isinstance(event, dict):
        return orjson.dumps({"id": None, "error": "undecodable"})
    return orjson.dumps({"cursor": str(record.timestamp), **event})


async def _seek(consumer: AIOKafkaConsumer, start: str) -> None:
    places = sorted(consumer.assignment())
    if start == "latest":
        await consumer.seek_to_end(*places)
    elif start == "earliest":
        await consumer.seek_to_beginning(*places)
    elif named := PLACE.fullmatch(start):
        place = TopicPartition(named[1], int(named[2]))
        await _seek_time(consumer, await _time_of(consumer, place, int(named[3])))
        consumer.seek(place, int(named[3]))
    else:
        await _seek_time(consumer, _milliseconds(start))


async def _seek_time(consumer: AIOKafkaConsumer, milliseconds: int) -> None:
    places = sorted(consumer.assignment())
    found = await consumer.offsets_for_times(dict.fromkeys(places, milliseconds))
    ends = await consumer.end_offsets(places)
    for place in places:
        at = found[place]
        consumer.seek(place, at.offset if at else ends[place])


async def _time_of(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> int:
    """When the record of that place was produced; the other partitions are read from then on."""
    if place not in consumer.assignment():
        raise UsageError("--from names no partition of the events that are read")
    if offset >= (await consumer.end_offsets([place]))[place]:
        raise UsageError("--from names a record that is not there yet")
    consumer.seek(place, offset)
    found: int = (await consumer.getone(place)).timestamp
    return found


def _milliseconds(start: str) -> int:
    if start.isdecimal():
        return int(start)
    try:
        at = datetime.fromisoformat(start)
    except ValueError as error:
        raise UsageError(
            "--from takes earliest, latest, an ISO time, a cursor or topic/partition/offset"
        ) from error
    if at.tzinfo is None:
        raise UsageError("the time needs a zone, for example 2026-11-22T09:00:00Z")
    return int(at.timestamp() * 1000)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(tail)
