"""What MongoDB says of an installation: server, indexes, documents, the parked, the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.decider import State
from shared.doctor.finding import Finding, ill, well
from shared.doctor.log_checks import listed
from shared.runner.away import away
from shared.runner.mongo_indexes import Index, missing
from shared.runner.mongo_rows import document_of
from shared.runner.partitions import RECORD, SCHEMA, schema_of

SAMPLE = 50


async def installed(database: Any) -> Mapping[str, Any] | None:
    """What was recorded at the first start. Raises TransientError."""
    with away():
        found: Mapping[str, Any] | None = await database["installation"].find_one({"_id": RECORD})
    return found


async def clock(database: Any) -> datetime:
    """The database's own clock. Raises TransientError."""
    with away():
        said = await database.command("hello")
    return _utc(said["localTime"])


async def of_server(database: Any) -> Finding:
    """Whether it is a replica set: writes wait for a majority, which a single server has not."""
    with away():
        hello = await database.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        said = "MongoDB is no replica set"
        return ill("mongodb", said, "start mongod with --replSet and run rs.initiate() once")
    if not hello.get("isWritablePrimary"):
        return ill("mongodb", "no primary answers", "see rs.status(); a majority must be up")
    return well("mongodb", "answers, and takes writes")


def of_schema(record: Mapping[str, Any] | None) -> Finding:
    """Whether this release reads what the database holds."""
    if record is None:
        return well("schema", "nothing was started on this database yet")
    there = schema_of(record)
    if there == SCHEMA:
        return well("schema", f"schema {SCHEMA}, {record['partitions']} partitions recorded")
    said = f"the database holds schema {there}, this release reads {SCHEMA}"
    return ill("schema", said, "run the release that wrote it; CHANGELOG.md says how to go on")


async def of_indexes(database: Any, wanted: Sequence[Index]) -> Finding:
    """Whether every index is there, with the key and options that this release wants."""
    if lacking := await missing(database, wanted):
        names = [f"{index.collection}.{index.name}" for index in lacking]
        said = f"{len(names)} indexes are missing or others: {listed(names)}"
        return ill("indexes", said, "redress indexes create")
    return well("indexes", f"all {len(wanted)} are there")


async def of_documents(database: Any, states: Mapping[str, type[State]]) -> AsyncIterator[Finding]:
    """Whether this release can read the oldest and the newest documents of each stage."""
    looked = 0
    for stage, model in states.items():
        rows = []
        for order in (1, -1):
            with away():
                found = database[stage].find().sort("_id", order).limit(SAMPLE)
                rows += await found.to_list(None)
        looked += len(rows)
        if bad := sum(not _readable(row, model) for row in rows):
            said = f"{bad} of {len(rows)} documents of {stage} cannot be read by this release"
            yield ill("documents", said, REBUILD)
            return
    yield well("documents", f"{looked} looked at, all readable")


REBUILD = "run the release that wrote them; CHANGELOG.md says which releases read what"


def _readable(row: Mapping[str, Any], model: type[State]) -> bool:
    try:
        model.model_validate(document_of(row).state, context=[])
    except (ValidationError, KeyError, TypeError, ValueError):
        return False
    return True


async def of_parked(database: Any, stages: Sequence[str]) -> Finding:
    """Complaints whose rules failed wait until a person has them tried again."""
    parked = {}
    for stage in stages:
        with away():
            query = {"run.parked": {"$exists": True}}
            parked[stage] = await database[stage].count_documents(query)
    if waiting := [f"{stage} {count}" for stage, count in parked.items() if count]:
        return ill("parked", f"complaints are parked: {', '.join(waiting)}", REDRIVE)
    return well("parked", "no complaint waits for a person")


REDRIVE = "redress dead-letters list, then: redress dead-letters redrive"


async def of_ledger(database: Any) -> Finding:
    """Whether somebody writes the ledger, where there is one."""
    with away():
        row = await database["ledger"].find_one({"_id": "tree"})
        now = await clock(database)
    if row is None:
        return well("ledger", "none: nothing is signed until redress serve ledger runs")
    if _utc(row["until"]) < now:
        return ill("ledger", "nobody writes it", "start: redress serve ledger")
    return well("ledger", f"{row.get('size', 0)} leaves, a writer holds the lease")


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
