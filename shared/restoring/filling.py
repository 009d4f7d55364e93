"""From the log into an empty database: documents, and notify's history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.errors import UsageError
from shared.pipeline import ROWS
from shared.restoring.documents import chains, document, parked_in, readable
from shared.restoring.log import Logged, WholeLog
from shared.runner.away import away
from shared.runner.decode import header
from shared.runner.history import row_of
from shared.runner.mongo_rows import operation

BLOCK = 500
HISTORY = "notify"
NOT_EMPTY = "the database is not empty: name a new one in REDRESS_DATABASE, or drop it"


@dataclass
class Filled:
    """How many complaints, documents by stage, parked ones and rows of history."""

    complaints: int = 0
    parked: int = 0
    documents: dict[str, int] = field(default_factory=dict)
    rows: int = 0


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
        parked = parked_in(row, complaint, records, header)
        chain = whole.get(row.name, ())
        made = document(row, complaint, found, chain, parked, log.committed)
        if made:
            filled.documents[row.name] = filled.documents.get(row.name, 0) + 1
            filled.parked += made.parked is not None
            yield row.collection, operation(made)
    for chain in whole.values():
        for envelope, value in chain:
            kept = row_of(envelope, value)
            filled.rows += 1
            yield f"{HISTORY}_history", {"_id": kept.id, **kept.fields, "seen_at": now}


async def _write(database: Any, block: dict[str, list[Any]]) -> None:
    with away():
        for name, made in block.items():
            if name.endswith("_history"):
                await database[name].insert_many(made, ordered=False)
            else:
                await database[name].bulk_write(made, ordered=False)
    block.clear()
