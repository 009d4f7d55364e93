"""The log folded again: what every stage must know."""

from __future__ import annotations

import heapq
import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared.audit.chains import Row
from shared.audit.histories import Log
from shared.audit.manifest import BadExportError
from shared.decider import Decider, State
from shared.envelope import Envelope, read
from shared.errors import TransientError, UsageError
from shared.pipeline import ROWS, STAGES, Stage

INSERT = 1000
Found = tuple[tuple[str, str], dict[str, Any]]
"""A complaint and a stage, and the state."""


def decider_of(stage: str) -> Decider[Any]:
    """The rules of a stage, found by the table."""
    decider: Decider[Any] = importlib.import_module(f"{STAGES[stage].package}.decide").DECIDER
    return decider


def fold(stage: str, events: Iterable[Envelope]) -> State:
    """The state that these events of one complaint make; needs no key and no clock."""
    decider = decider_of(stage)
    state: State = decider.state()
    for event in events:
        state = decider.evolve(state, event)
    return state


def states(log: Log) -> Iterator[Found]:
    """Every complaint's and stage's state as plain JSON values, by complaint, then by stage.

    The log must hold the values. Raises BadExportError.
    """
    for chain in log.chains():
        yield (chain[0].complaint, chain[0].stage), folded(chain, None)


def folded(chain: Sequence[Row], until: datetime | None) -> dict[str, Any]:
    """The state of one chain, up to a moment; empty before its first event.

    Raises BadExportError.
    """
    try:
        events = [read(row.value, [], row.type) for row in chain]
        known = [event for event in events if until is None or event.time <= until]
        return fold(chain[0].stage, known).model_dump(mode="json") if known else {}
    except Exception as error:
        raise BadExportError(f"{chain[0].place}: the events after it do not fold") from error


@dataclass
class Comparison:
    """Where the live collections differ, as `<stage> <complaint>`, and what was not compared.

    `later` live states have more events than the log's, of `unknown` ones it has none: the
    installation never stands still, and a newer export tells of both.
    """

    different: list[str] = field(default_factory=list)
    later: int = 0
    unknown: int = 0


def compared(replayed: Iterable[Found], mongo: str, database: str) -> Comparison:
    """The states of the log beside the live ones. Raises TransientError."""
    found = Comparison()
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=3000) as client:
            live = heapq.merge(
                *(_live(client[database], row) for row in ROWS), key=lambda found: found[0]
            )
            for (complaint, stage), said, now in _beside(replayed, live):
                if not said:
                    found.unknown += 1
                elif now.get("sequence", 0) > said["sequence"]:
                    found.later += 1
                elif now != said:
                    found.different.append(f"{stage} {complaint}")
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
    found.different.sort()
    return found


def _live(database: Database[dict[str, Any]], row: Stage) -> Iterator[Found]:
    for document in database[row.collection].find({}, {"state": 1}).sort("_id"):
        if document["state"]["sequence"]:
            yield (document["_id"], row.name), document["state"]


def _beside(
    replayed: Iterable[Found], live: Iterable[Found]
) -> Iterator[tuple[tuple[str, str], dict[str, Any], dict[str, Any]]]:
    """Each state of the log beside the live one; empty where one of them has none."""
    log = ((key, "log", state) for key, state in replayed)
    now = ((key, "live", state) for key, state in live)
    for key, found in groupby(heapq.merge(log, now, key=itemgetter(0)), key=itemgetter(0)):
        sides = {side: state for _, side, state in found}
        yield key, sides.get("log", {}), sides.get("live", {})


def fill(replayed: Iterable[Found], mongo: str, database: str) -> int:
    """Write the states into an empty database. Raises UsageError where it is not empty."""
    count = 0
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=3000) as client:
            target = client[database]
            if target.list_collection_names():
                raise UsageError("that database is not empty; give a new name")
            rest = iter(replayed)
            while block := list(islice(rest, INSERT)):
                count += len(block)
                _insert(target, block)
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
    return count


def _insert(target: Database[dict[str, Any]], block: Sequence[Found]) -> None:
    for row in ROWS:
        documents = [
            {"_id": complaint, "state": state}
            for (complaint, stage), state in block
            if stage == row.name
        ]
        if documents:
            target[row.collection].insert_many(documents)
