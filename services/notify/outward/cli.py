"""`redress webhooks`: where events are sent to, and what became of it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import SecretStr

from services.notify.outward.cursor import Cursor
from services.notify.outward.endpoints import Endpoints
from services.notify.outward.reading import TOPICS, Start, placed
from shared.cli.installation import installation, secret, settings
from shared.errors import UsageError
from shared.rules.targets import why_not
from shared.runner.master import MasterKeys
from shared.runner.mongo import connect, disconnect
from shared.runner.scan import reader

HELP = """Where events are sent to: signed as Standard Webhooks 1.0, tried for three days.

Example: redress webhooks add shop https://shop.example/hook --type decision-made
"""
app = typer.Typer(no_args_is_help=True, help=HELP)
Work = TypeVar("Work")
Name = Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9 and -")]
From = Annotated[str, typer.Option("--from", help="earliest, latest, a time or a cursor")]
NAME = re.compile(r"[a-z0-9-]{1,40}")


def _done(work: Callable[[Endpoints], Awaitable[Work]]) -> Work:
    chosen = settings().model_copy(update={"mongo": SecretStr(installation("mongo").mongo)})

    async def doing() -> Work:
        client = connect(chosen)
        try:
            master = MasterKeys(secret("master_key"))
            return await work(Endpoints(client[chosen.database], master))
        finally:
            await disconnect(client)

    return asyncio.run(doing())


@app.command()
def add(
    name: Name,
    url: str,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="only these; a part of the name will do")
    ] = None,
    start: From = "latest",
) -> None:
    """Send events to an https address from now on; prints the secret, once.

    Example: redress webhooks add shop https://shop.example/hook --type decision-made
    """
    if not NAME.fullmatch(name):
        raise UsageError("a name is a-z, 0-9 and -, at most 40")
    if problem := why_not(url, loopback=settings().channels_loopback):
        raise UsageError(f"events are not sent there: {problem} (https, port 443 or 8443, public)")
    cursor = asyncio.run(_cursor(start))
    typer.echo(_done(lambda them: them.add(name, url, type_ or (), cursor)))


@app.command("list")
def list_() -> None:
    """Each endpoint with what is pending, delivered and given up; a JSON object a line.

    Example: redress webhooks list
    """
    for row in _done(lambda them: them.listed()):
        typer.echo(json.dumps(row))


@app.command()
def rotate(name: Name) -> None:
    """Make a new secret and print it, once; for a day the old one signs beside it.

    Example: redress webhooks rotate shop
    """
    typer.echo(_done(lambda them: them.rotate(name, datetime.now(UTC))))


@app.command()
def replay(name: Name, start: From) -> None:
    """Send everything from a place again, also to an endpoint that was disabled.

    Example: redress webhooks replay shop --from 2026-11-22T09:00:00Z
    """
    cursor = asyncio.run(_cursor(start))
    _done(lambda them: them.replay(name, cursor))


@app.command()
def disable(name: Name) -> None:
    """Send nothing more; what is pending waits for a replay.

    Example: redress webhooks disable shop
    """
    _done(lambda them: them.disable(name, "by command"))


@app.command()
def remove(name: Name) -> None:
    """Forget an endpoint with its ledger.

    Example: redress webhooks remove shop
    """
    _done(lambda them: them.remove(name))


async def _cursor(start: str) -> Cursor:
    async with reader(installation("kafka").kafka, TOPICS) as consumer:
        return await placed(consumer, _start(start))


def _start(text: str) -> Start:
    if text in ("latest", "earliest"):
        return None if text == "latest" else Cursor({})
    if (cursor := Cursor.parse(text)) is not None:
        return cursor
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError("--from takes earliest, latest, a time with a zone or a cursor")
    return at


def register(main: Any) -> None:
    """Add the commands to `main`."""
    main.add_typer(app, name="webhooks")
