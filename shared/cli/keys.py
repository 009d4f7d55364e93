"""`redress keys`: the master keys that wrap the complaints' keys and the webhooks' secrets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from pydantic import SecretStr
from rich.progress import Progress

from shared.cli.installation import installation, secret
from shared.cli.installation import settings as chosen
from shared.runner.keys import MongoKeyStore
from shared.runner.mongo import connect, disconnect
from shared.runner.webhook_secrets import WebhookSecrets

HELP = """The master keys that wrap the complaints' keys and the webhooks' secrets.

To rotate: put a new key before the old one in REDRESS_MASTER_KEY (new,old), restart the services,
run `redress keys rotate`, and take the old one out once `redress keys list` shows that it wraps
nothing.

Example: redress keys rotate
"""
app = typer.Typer(no_args_is_help=True, help=HELP)
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Work = TypeVar("Work")


def _done(work: Callable[[MongoKeyStore, WebhookSecrets], Awaitable[Work]]) -> Work:
    address = installation("mongo").mongo
    settings = chosen().model_copy(update={"mongo": SecretStr(address)})

    async def doing() -> Work:
        client = connect(settings)
        try:
            store = MongoKeyStore(client[settings.keys_database], secret("master_key"))
            return await work(store, WebhookSecrets(client[settings.database], store.master))
        finally:
            await disconnect(client)

    return asyncio.run(doing())


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """How many keys each master key wraps.

    Example: redress keys list
    """

    async def counted(store: MongoKeyStore, webhooks: WebhookSecrets) -> list[dict[str, object]]:
        counts, ring = await store.wrapped_by() + await webhooks.wrapped_by(), store.master.ring
        names = [*ring, *(name for name in counts if name not in ring)]
        return [
            {"id": name, "wraps": counts[name], "standing": _standing(store, name)}
            for name in names
        ]

    for row in _done(counted):
        typer.echo(json.dumps(row) if as_json else _line(row))


def _line(row: dict[str, object]) -> str:
    return f"{row['id'] or '-':18}{row['wraps']:>10}  {row['standing']}"


def _standing(store: MongoKeyStore, name: str) -> str:
    if name == store.master.active:
        return "active"
    return "opens" if name in store.master.ring else "unnamed" if not name else "missing"


@app.command()
def rotate() -> None:
    """Wrap every key anew with the first master key; may be stopped and begun again.

    Example: redress keys rotate
    """

    async def rotated(store: MongoKeyStore, webhooks: WebhookSecrets) -> int:
        with Progress(transient=True) as bar:
            task = bar.add_task("keys", total=None)
            done = await store.rotate(lambda count: bar.advance(task, count))
            return done + await webhooks.rotate()

    typer.echo(f"{_done(rotated)} keys wrapped anew")


def register(main: typer.Typer) -> None:
    """Add the commands to `main`."""
    main.add_typer(app, name="keys")
