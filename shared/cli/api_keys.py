"""`redress api-keys`: keys for programs; each is shown once, when it is made."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.database import in_database
from shared.errors import UsageError
from shared.http.api_keys import ApiKey
from shared.http.tokens import ROLES
from shared.runner.api_keys import MongoApiKeys

HELP = "Keys for programs.\n\nExample: redress api-keys create shop --role submitter"
NO_KEY = "there is no such key in force; see: redress api-keys list"
app = typer.Typer(no_args_is_help=True, help=HELP)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON lines")]
Work = TypeVar("Work")


def _done(work: Callable[[MongoApiKeys], Awaitable[Work]]) -> Work:
    """Do something with the keys of the installation."""
    return in_database(lambda database: work(MongoApiKeys(database)))


def _facts(key: ApiKey, now: datetime) -> dict[str, Any]:
    over = key.revoked_at is not None or key.expires_at <= now
    return {
        "id": key.id,
        "name": key.name,
        "roles": list(key.roles),
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "in_force": not over,
    }


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="what it is for; no secret")],
    role: Annotated[list[str], typer.Option(help=", ".join(ROLES))],
    days: Annotated[int, typer.Option(min=1, max=730, help="how long it is good for")] = 90,
) -> None:
    """Make a key and print it, this once: only its hash is kept.

    Example: redress api-keys create shop --role submitter --days 30
    """
    now, roles = datetime.now(UTC), tuple(dict.fromkeys(role))
    _, text = _done(lambda keys: keys.create(name, roles, now, timedelta(days=days)))
    typer.echo(text)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the keys, the newest first; never their secrets.

    Example: redress api-keys list --json
    """
    now = datetime.now(UTC)
    rows = [_facts(key, now) for key in _done(lambda keys: keys.every())]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    table = Table(title=f"{len(rows)} API keys")
    for column in ("id", "name", "roles", "expires", "in force"):
        table.add_column(column, overflow="fold")
    for row in rows:
        state = "yes" if row["in_force"] else "no"
        table.add_row(row["id"], row["name"], ", ".join(row["roles"]), row["expires_at"], state)
    Console().print(table)


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="as list shows it")]) -> None:
    """End a key at once.

    Example: redress api-keys revoke 0123456789abcdef
    """
    if not _done(lambda keys: keys.revoke(key_id, datetime.now(UTC))):
        raise UsageError(NO_KEY)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="api-keys")
