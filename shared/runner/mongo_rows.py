"""Documents as MongoDB rows and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import bson
from bson.errors import InvalidDocument
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, UpdateOne
from pymongo.errors import DocumentTooLarge

from shared.decider import State
from shared.events.base import DueItem
from shared.reference import reference_of
from shared.runner.due import lease_id
from shared.runner.ports import Document, Output, Trigger, Waiting

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
UNWRITABLE = (InvalidDocument, OverflowError, UnicodeEncodeError, DocumentTooLarge, ValueError)


def unwritable(documents: Sequence[Document]) -> dict[str, str]:
    """Which documents BSON can never hold, and why."""
    poison = {}
    for document in documents:
        try:
            operation(document)
        except UNWRITABLE as error:
            poison[document.id] = type(error).__name__
    return poison


def operation(document: Document) -> InsertOne[Any] | UpdateOne:
    """The guarded write of one document. Raises one of UNWRITABLE for what BSON cannot hold."""
    state: State = document.state
    leases = {name: {"until": at, "attempts": 1} for name, at in document.leasing.items()}
    halves = {"state": state.model_dump(mode="json"), "run": _run(document)}
    fields = {**halves, **{f"leases.{name}": lease for name, lease in leases.items()}}
    raw = bson.encode(fields)
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise DocumentTooLarge("over 4 MB")
    if document.rev == 1:
        whole = {"_id": document.id, "reference": reference_of(document.id), **halves}
        return InsertOne({**whole, "leases": leases} if leases else whole)
    update: dict[str, Any] = {"$set": RawBSONDocument(raw)}
    live = {lease_id(item.key, item.event) for item in state.due.values()}
    if gone := [f"leases.{lease}" for lease in document.leased if lease not in live]:
        update["$unset"] = dict.fromkeys(gone, "")
    return UpdateOne({"_id": document.id, "run.rev": document.rev - 1}, update)


def _run(document: Document) -> dict[str, Any]:
    run: dict[str, Any] = {
        "rev": document.rev,
        "lane": document.lane,
        "seen": document.seen,
        "ids": document.ids,
        "prevhash": document.prevhash,
        "outputs": [_output_row(o) for o in document.outputs],
        "waiting": [waiting_row(w) for w in document.waiting],
    }
    if document.state.due:
        # A release may end a lease early without moving `rev`: on the express lane nothing waits
        # for the end of a lease that was read before.
        known = {**document.leased, **document.leasing}
        leased = {} if document.lane == "express" else known
        run["due_at"] = min(_at(item, leased) for item in document.state.due.values())
    if document.parked:
        run["parked"] = document.parked
    if document.overflow:
        run["overflow"] = document.overflow
    return run


def _at(item: DueItem, leased: Mapping[str, datetime]) -> datetime:
    """When a worker should look at the item: not before its lease ends."""
    until = leased.get(lease_id(item.key, item.event)) if leased else None
    return max(item.at, until) if until else item.at


def document_of(row: Mapping[str, Any]) -> Document:
    """A stored document; its state is still raw."""
    run = row["run"]
    return Document(
        id=row["_id"],
        state=row["state"],
        lane=run["lane"],
        rev=run["rev"],
        seen=run["seen"],
        ids=run["ids"],
        outputs=[_output(o) for o in run["outputs"]],
        prevhash=run["prevhash"],
        parked=run.get("parked"),
        waiting=[waiting_of(w) for w in run["waiting"]],
        overflow=run.get("overflow", ""),
        leased={name: lease["until"] for name, lease in row.get("leases", {}).items()},
    )


def _output_row(output: Output) -> dict[str, Any]:
    trigger = output.trigger
    place = [trigger.group, trigger.topic, trigger.partition, trigger.offset]
    return {"n": output.sequence, "topic": output.topic, "value": output.value, "by": place}


def _output(row: Mapping[str, Any]) -> Output:
    return Output(row["n"], row["topic"], bytes(row["value"]), Trigger(*row["by"]))


def waiting_row(waiting: Waiting) -> dict[str, Any]:
    """A waiting record as it is stored."""
    place = {"topic": waiting.topic, "partition": waiting.partition, "offset": waiting.offset}
    return {**place, "value": waiting.value, **({"by_id": True} if waiting.by_id else {})}


def waiting_of(row: Mapping[str, Any]) -> Waiting:
    """A waiting record as it was stored."""
    place = row["topic"], row["partition"], row["offset"]
    return Waiting(*place, bytes(row["value"]), row.get("by_id", False))
