"""The log folded again: what every stage must know, and what it knew at a moment."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shared.audit.histories import Chain, histories
from shared.audit.records import BadExportError
from shared.decider import Decider, State
from shared.envelope import Envelope
from shared.errors import TransientError, UsageError
from shared.pipeline import ROWS, STAGES

INSERT = 1000


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


def states(folder: Path, until: datetime | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """Every (complaint, stage)'s state as plain JSON values, as of `until` where given.

    Raises BadExportError.
    """
    found = {}
    for (complaint, stage), chain in histories(folder).items():
        events = [e for _, e in chain if until is None or e.time <= until]
        if events:
            found[complaint, stage] = _folded(stage, chain, events)
    return found


def _folded(stage: str, chain: Chain, events: list[Envelope]) -> dict[str, Any]:
    try:
        return fold(stage, events).model_dump(mode="json")
    except Exception as error:
        raise BadExportError(f"{chain[0][0].place}: the events after it do not fold") from error


def differences(
    replayed: Mapping[tuple[str, str], dict[str, Any]], mongo: str, database: str
) -> list[str]:
    """Where the live collections differ, as `<stage> <complaint>`. Raises TransientError."""
    different = []
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=3000) as client:
            for row in ROWS:
                wanted = {c: state for (c, stage), state in replayed.items() if stage == row.name}
                for document in client[database][row.collection].find({}, {"state": 1}):
                    state = wanted.pop(document["_id"], None)
                    if state != document["state"] and (state or document["state"]["sequence"]):
                        different.append(f"{row.name} {document['_id']}")
                different += [f"{row.name} {complaint}" for complaint in wanted]
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
    return sorted(different)


def fill(replayed: Mapping[tuple[str, str], dict[str, Any]], mongo: str, database: str) -> int:
    """Write the states into an empty database. Raises UsageError where it is not empty."""
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=3000) as client:
            target = client[database]
            if target.list_collection_names():
                raise UsageError("that database is not empty; give a new name")
            for row in ROWS:
                rows = [
                    {"_id": complaint, "state": state}
                    for (complaint, stage), state in replayed.items()
                    if stage == row.name
                ]
                for start in range(0, len(rows), INSERT):
                    target[row.collection].insert_many(rows[start : start + INSERT])
    except PyMongoError as error:
        raise TransientError("MongoDB is away") from error
    return len(replayed)
