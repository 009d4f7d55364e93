"""`redress tail`: live events, one JSON object a line."""

import asyncio
import sys
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from aiokafka import AIOKafkaConsumer

from shared.cli.installation import installation
from shared.errors import UsageError
from shared.pipeline import LANES, ROWS
from shared.runner.decode import header
from shared.runner.scan import by_time, named, reader


def tail(
    event_type: Annotated[
        str, typer.Option("--type", help="only this type; a part of the name will do")
    ] = "",
    complaint: Annotated[
        str, typer.Option("--id", help="only this complaint: an id or a reference")
    ] = "",
    start: Annotated[
        str,
        typer.Option("--from", help="earliest, latest, a time (ISO 8601) or the cursor of a line"),
    ] = "latest",
) -> None:
    """Print events, older ones in the order of their time, each with the cursor to go on from.

    After a break give the last cursor: events of that very millisecond may come twice.
    A record that is no event is {"id": null, "error": "undecodable"} in its place.

    Example: redress tail --type decision-made --from earliest
    """
    servers = installation("kafka").kafka
    asyncio.run(_tail(servers, event_type, complaint, start))


async def _tail(servers: str, event_type: str, complaint: str, start: str) -> None:
    topics = [row.topic("events", lane) for row in ROWS for lane in LANES]
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
    else:
        found = await consumer.offsets_for_times(dict.fromkeys(places, _milliseconds(start)))
        ends = await consumer.end_offsets(places)
        for place in places:
            at = found[place]
            consumer.seek(place, at.offset if at else ends[place])


def _milliseconds(start: str) -> int:
    if start.isdecimal():
        return int(start)
    try:
        at = datetime.fromisoformat(start)
    except ValueError as error:
        raise UsageError("--from takes earliest, latest, an ISO time or a cursor") from error
    if at.tzinfo is None:
        raise UsageError("the time needs a zone, for example 2026-11-22T09:00:00Z")
    return int(at.timestamp() * 1000)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(tail)
