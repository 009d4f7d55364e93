"""Every check in order; what cannot be looked at, since a server is away, is a finding too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.decider import State
from shared.doctor import clock_checks, database_checks, log_checks, setting_checks
from shared.doctor.finding import Finding, ill, well
from shared.doctor.log_facts import LogFacts, ask_log
from shared.errors import TransientError
from shared.pipeline import STAGES
from shared.runner.mongo_indexes import Index
from shared.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """What this release's services need of the database."""

    indexes: Sequence[Index]
    states: Mapping[str, type[State]]


async def examine(
    settings: Settings, client: Any, wanted: Wanted, variables: Iterable[str], now: datetime
) -> list[Finding]:
    """Look at everything and change nothing; `now` is this machine's clock, UTC."""
    found = [
        setting_checks.of_names(variables),
        setting_checks.of_token_key(settings.token_key.get_secret_value()),
    ]
    facts = await _log(settings.kafka, found, now)
    try:
        found += await _database(settings, client, wanted, facts, now)
    except TransientError:
        found.append(ill("mongodb", "does not answer", "start it, or correct REDRESS_MONGO"))
    if facts:
        found += log_checks.of_groups(facts, now)
    return found


async def _log(servers: str, found: list[Finding], now: datetime) -> LogFacts | None:
    try:
        facts = await ask_log(servers, now)
    except TransientError:
        found.append(ill("kafka", "does not answer", "start it, or correct REDRESS_KAFKA"))
        return None
    found.append(well("kafka", "answers"))
    return facts


async def _database(
    settings: Settings, client: Any, wanted: Wanted, facts: LogFacts | None, now: datetime
) -> list[Finding]:
    database, keys = client[settings.database], client[settings.keys_database]
    there = await database_checks.clock(database)
    record = await database_checks.installed(database)
    recorded = record["partitions"] if record else None
    return [
        await database_checks.of_server(database),
        *clock_checks.of_clocks(now, there, facts.newest if facts else None),
        *(log_checks.of_topics(facts, recorded) if facts else ()),
        database_checks.of_schema(record),
        await database_checks.of_indexes(database, wanted.indexes),
        *[one async for one in database_checks.of_documents(database, wanted.states)],
        await database_checks.of_parked(database, list(STAGES)),
        await setting_checks.of_master_key(keys, settings.master_key.get_secret_value()),
        await database_checks.of_ledger(database),
    ]
