"""`redress set-aside`: what came in and opened no complaint; a person may see one in it."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from services.intake.aside.shelf import Aside, Shelf
from services.intake.desk import desk
from services.intake.parts import parts
from shared.cli.installation import installation, secret, settings
from shared.errors import UsageError
from shared.reference import reference_of
from shared.runner.mongo import disconnect
from shared.runner.wiring import open_door, wire

HELP = "What came in and opened no complaint.\n\nExample: redress set-aside list"
NONE = "there is no such message; see: redress set-aside list"
GONE = "its bytes were destroyed"
SHORT = 12
app = typer.Typer(no_args_is_help=True, help=HELP)
Key = Annotated[str, typer.Argument(metavar="KEY", help="as list shows it")]
T = TypeVar("T")


def _done(work: Callable[[Shelf], Awaitable[T]]) -> T:
    """Do something with the messages of the installation."""
    keys = {name: SecretStr(secret(name)) for name in ("master_key", "token_key")}
    mongo = {"mongo": SecretStr(installation("mongo").mongo)}
    chosen = settings().model_copy(update={**keys, **mongo})

    async def doing() -> T:
        wiring = wire(chosen)
        open_door(wiring, parts(wiring))
        try:
            return await work(Shelf(desk(wiring), wiring.database))
        finally:
            await wiring.http.aclose()
            await disconnect(wiring.client)

    return asyncio.run(doing())


async def _named(shelf: Shelf, key: str) -> Aside:
    found = await shelf.named(key)
    if found is None:
        raise UsageError(NONE)
    return found


def _there(found: T | None) -> T:
    if found is None:
        raise UsageError(GONE)
    return found


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="at most so many")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON lines")] = False,
) -> None:
    """List what was set aside, the newest first; nothing of what it says.

    Example: redress set-aside list --json
    """
    found = _done(lambda shelf: shelf.every(limit))
    if as_json:
        for one in found:
            typer.echo(json.dumps(_facts(one)))
        return
    table = Table(title=f"{len(found)} messages set aside")
    for column in ("key", "channel", "why", "at", "complaint"):
        table.add_column(column, overflow="fold")
    for one in found:
        made = reference_of(one.complaint) if one.complaint else ""
        table.add_row(one.key[:SHORT], one.channel, one.reason, f"{one.at:%Y-%m-%d %H:%M}", made)
    Console().print(table)


@app.command()
def show(key: Key) -> None:
    """Write a message to standard output as it came; `redress mail -` reads a mail.

    Example: redress set-aside show 0123456789ab | redress mail -
    """

    async def shown(shelf: Shelf) -> bytes | None:
        return await shelf.content(await _named(shelf, key))

    sys.stdout.buffer.write(_there(_done(shown)))
    sys.stdout.buffer.flush()


@app.command()
def release(
    key: Key, staff: Annotated[str, typer.Option(help="who sees a complaint in it")]
) -> None:
    """Make a mail the complaint that it is, once; its sender gets no acknowledgement by mail.

    Example: redress set-aside release 0123456789ab --staff mia
    """

    async def released(shelf: Shelf) -> str | None:
        return await shelf.release(await _named(shelf, key), staff)

    typer.echo(reference_of(_there(_done(released))))


def _facts(one: Aside) -> dict[str, Any]:
    return {**asdict(one), "at": one.at.isoformat()}


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="set-aside")
