"""`redress staff`: local accounts, and who is signed in to the pages."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.database import in_database
from shared.cli.installation import settings as chosen
from shared.http.tokens import ROLES
from shared.runner.accounts import MongoAccounts, subject_of
from shared.runner.sessions import MongoSessions

HELP = """Local accounts of staff, for REDRESS_LOCAL_ACCOUNTS, and who is signed in to the pages.

A password is read from the terminal, or is the first line of the input.

Example: redress staff add mia --role agent
"""
app = typer.Typer(no_args_is_help=True, help=HELP)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON lines")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="as list shows it")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9, . - _")],
    role: Annotated[list[str], typer.Option(help=", ".join(ROLES))],
) -> None:
    """Make an account.

    Example: redress staff add mia --role agent --role supervisor
    """
    password, roles = _password(), tuple(dict.fromkeys(role))
    in_database(lambda found: MongoAccounts(found).add(name, roles, password, datetime.now(UTC)))


@app.command()
def set_password(name: Name) -> None:
    """Replace a password; the person is signed out everywhere.

    Example: redress staff set-password mia
    """
    password = _password()

    async def change(database: Any) -> None:
        await MongoAccounts(database).set_password(name, password)
        await _sessions(database).end(subject_of(name))

    in_database(change)


@app.command()
def disable(name: Name) -> None:
    """Shut an account at once; the person is signed out everywhere.

    Example: redress staff disable mia
    """

    async def shut(database: Any) -> None:
        await MongoAccounts(database).disable(name, disabled=True)
        await _sessions(database).end(subject_of(name))

    in_database(shut)


@app.command()
def enable(name: Name) -> None:
    """Open an account again.

    Example: redress staff enable mia
    """
    in_database(lambda found: MongoAccounts(found).disable(name, disabled=False))


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the accounts.

    Example: redress staff list --json
    """
    rows = [
        {
            "name": one.name,
            "roles": list(one.roles),
            "created_at": one.created_at.isoformat(),
            "open": not one.disabled,
        }
        for one in in_database(lambda found: MongoAccounts(found).every())
    ]
    _print(rows, "accounts", as_json)


@app.command()
def sessions(as_json: AsJson = False) -> None:
    """List who is signed in to the pages, the newest first.

    Example: redress staff sessions --json
    """
    now = datetime.now(UTC)
    rows = [
        {
            "subject": one.principal.subject,
            "roles": sorted(one.principal.roles),
            "began_at": one.began_at.isoformat(),
            "seen_at": one.seen_at.isoformat(),
            "ends_at": one.ends_at.isoformat(),
        }
        for one in in_database(lambda found: _sessions(found).every(now))
    ]
    _print(rows, "sessions", as_json)


@app.command()
def sign_out(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="as sessions shows it")],
) -> None:
    """End every session of a person at once.

    Example: redress staff sign-out oidc:mia
    """
    ended = in_database(lambda found: _sessions(found).end(subject))
    typer.echo(f"{ended} sessions ended")


def _sessions(database: Any) -> MongoSessions:
    return MongoSessions(database, timedelta(minutes=chosen().session_idle_minutes))


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _print(rows: list[dict[str, Any]], name: str, as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    table = Table(title=f"{len(rows)} {name}")
    for column in rows[0] if rows else ():
        table.add_column(column.removesuffix("_at"), overflow="fold")
    for row in rows:
        table.add_row(*(_written(value) for value in row.values()))
    Console().print(table)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return {True: "yes", False: "no"}.get(value, str(value))


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="staff")
