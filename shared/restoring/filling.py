"""From the log into an empty database: documents, and notify's history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import bson

from shared.errors import UsageError
from shared.events.intake_erasure import ComplaintErased
from shared.pipeline import ROWS
from shared.restoring.documents import chains, document, readable
from shared.restoring.log import Logged, WholeLog
from shared.restoring.parked import parked_in
from shared.runner.away import away
from shared.runner.decode import header
from shared.runner.folded import ROOM
from shared.runner.history import row_of
from shared.runner.mongo_rows import operation, waiting_row
from shared.runner.ports import Document

BLOCK = 500
HISTORY = "notify"
NOT_EMPTY = "the database is not empty: name a new one in REDRESS_DATABASE, or drop it"


@dataclass
class Filled:
    """How many complaints, documents by stage, parked ones and rows of history; who was erased."""

    complaints: int = 0
    parked: int = 0
    documents: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    erased: list[str] = field(default_factory=list)


async def fill(
    log: WholeLog, database: Any, now: datetime, progress: Callable[[int], None]
) -> Filled:
    """Write everything. Raises UsageError where something is there already, TransientError."""
    with away():
        if await database.list_collection_names():
            raise UsageError(NOT_EMPTY)
    filled, told = Filled(), 0
    block: dict[str, list[Any]] = {}
    for complaint, records in log.complaints():
        for name, made in _made(log, complaint, records, now, filled):
            block.setdefault(name, []).append(made)
        if sum(map(len, block.values())) >= BLOCK:
            await _write(database, block)
            progress(filled.complaints - told)
            told = filled.complaints
    await _write(database, block)
    progress(filled.complaints - told)
    return filled


def _made(
    log: WholeLog, complaint: str, records: Sequence[Logged], now: datetime, filled: Filled
) -> Iterator[tuple[str, Any]]:
    """Each write of a complaint, with its collection."""
    found = readable(records)
    whole = chains(complaint, found)
    filled.complaints += bool(whole)
    for row in ROWS:
        parked = parked_in(row, complaint, records, found, header, log.committed)
        chain = whole.get(row.name, ())
        made = document(row, complaint, found, chain, parked, log.committed)
        if made:
            filled.documents[row.name] = filled.documents.get(row.name, 0) + 1
            filled.parked += made.parked is not None
            for waiting in _aside(made):
                yield f"{row.name}_waiting", waiting
            yield row.collection, operation(made)
    if any(isinstance(e.data, ComplaintErased) for e, _ in whole.get("intake", ())):
        filled.erased.append(complaint)
    for chain in whole.values():
        for envelope, value in chain:
            kept = row_of(envelope, value)
            filled.rows += 1
            yield f"{HISTORY}_history", {"_id": kept.id, **kept.fields, "seen_at": now}


def _aside(made: Document) -> Iterator[dict[str, Any]]:
    """What is too much for the document goes onto a pile of its own, in order."""
    size = 0
    for number, waiting in enumerate(made.waiting):
        size += len(waiting.value)
        if number >= ROOM.records or size > ROOM.waiting_bytes:
            break
    else:
        return
    made.overflow = f"{made.id}|restored"
    rest, made.waiting = made.waiting[number:], made.waiting[:number]
    for waiting in rest:
        place = f"{waiting.topic}|{waiting.partition}|{waiting.offset}"
        yield {
            "_id": f"{made.overflow}|{place}",
            "pile": made.overflow,
            "order": bson.ObjectId(),
            **waiting_row(waiting),
        }


async def _write(database: Any, block: dict[str, list[Any]]) -> None:
    with away():
        for name, made in block.items():
            if name.endswith(("_history", "_waiting")):
                await database[name].insert_many(made, ordered=False)
            else:
                await database[name].bulk_write(made, ordered=False)
    block.clear()
