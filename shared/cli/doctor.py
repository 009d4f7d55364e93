"""`redress doctor`: what is wrong with an installation, and what to do about it."""

import asyncio
import importlib
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shared.cli.installation import installation
from shared.cli.installation import settings as chosen
from shared.doctor.examination import Wanted, examine
from shared.doctor.finding import Finding
from shared.local.keys import known
from shared.local.places import state_dir
from shared.pipeline import SERVICES
from shared.runner.mongo import disconnect
from shared.runner.mongo_indexes import document_indexes, history_indexes, input_indexes
from shared.runner.wiring import Wiring, wire
from shared.settings import Settings

THROWAWAY = SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")


def doctor(as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False) -> None:
    """Check servers, topics, indexes, documents, clocks, keys, lag and the ledger; change nothing.

    Each line that is wrong says what to do. Exit code 1 if there is one.

    Example: redress doctor
    """
    found = asyncio.run(_examined(_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found]))
    else:
        Console().print(_table(found))
    if not all(finding.ok for finding in found):
        raise typer.Exit(1)


def _settings() -> Settings:
    """The environment's, with the addresses and keys of the local installation where it says none.

    A key that is no key is one of the findings.
    """
    at, mine = installation("kafka", "mongo"), known(state_dir())
    secrets = {
        name: SecretStr(os.environ.get(variable) or mine.get(variable, ""))
        for name, variable in (
            ("master_key", "REDRESS_MASTER_KEY"),
            ("token_key", "REDRESS_TOKEN_KEY"),
        )
    }
    more = {"kafka": at.kafka, "mongo": SecretStr(at.mongo), **secrets}
    return chosen().model_copy(update=more)


async def _examined(settings: Settings) -> list[Finding]:
    # Only names are taken from these parts, so that any key will do.
    wiring = wire(settings.model_copy(update={"master_key": THROWAWAY}))
    try:
        return await examine(settings, wiring.client, wanted(wiring), os.environ, datetime.now(UTC))
    finally:
        await wiring.http.aclose()
        await disconnect(wiring.client)


def wanted(wiring: Wiring) -> Wanted:
    """What the services of this release need of the database."""
    indexes, states = [], {}
    for name in SERVICES:
        for make in importlib.import_module(f"services.{name}.main").SERVICE.parts:
            part = make(wiring)
            stage = part.stage.name
            indexes += document_indexes(stage, part.indexes) + input_indexes(stage)
            indexes += history_indexes(stage, part.history_indexes)
            states[stage] = part.decider.state
    return Wanted(indexes, states)


def _table(found: list[Finding]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in found:
        mark = "[green]ok[/green]" if finding.ok else "[bold red]wrong[/bold red]"
        said = escape(finding.says) + (
            f"\n[bold]do:[/bold] {escape(finding.do)}" if finding.do else ""
        )
        table.add_row(mark, finding.check, said)
    return table


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(doctor)
