"""`redress submit`, `redress show` and `redress token`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.installation import bearer, call, installation
from shared.errors import UsageError
from shared.http.tokens import ROLES

ACCEPTED = 202
MOST_DETAILS = 6


def submit(
    file: Annotated[str, typer.Option(help="a file with one object or JSON Lines; - is stdin")],
) -> None:
    r"""Submit complaints; prints one answer a line, in order.

    A refused one prints its problem and the exit code is 1.

    Example: echo '{"subject": "Late", "description": "Sent 0.1 BTC"}' | redress submit --file -
    """
    url = installation("public_url").public_url
    refused = 0
    for complaint in _objects(file):
        answer = call("POST", f"{url}/v1/complaints", json=complaint)
        refused += answer.status_code != ACCEPTED
        typer.echo(json.dumps(answer.json(), ensure_ascii=False))
    if refused:
        raise typer.Exit(1)


def _objects(file: str) -> Iterator[Any]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file cannot be read as UTF-8 text") from error
    try:
        found = json.loads(text)
    except ValueError:
        yield from _lines(text)
    else:
        yield from found if isinstance(found, list) else [found]


def _lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise UsageError(f"line {number} is not JSON") from error


def show(
    complaint: Annotated[str, typer.Argument(metavar="ID", help="an id or a reference")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Show one complaint's timeline.

    Example: redress show RD-7K3M-9QXF-2T4B-A
    """
    url = installation("public_url").public_url
    headers = {"Authorization": f"Bearer {bearer('agent')}"}
    answer = call("GET", f"{url}/v1/complaints/{complaint}/timeline", headers=headers)
    if answer.status_code != 200:  # noqa: PLR2004 - HTTP OK
        raise UsageError("there is no such complaint; a new one takes a moment to appear")
    rows = answer.json()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(title=f"Complaint {complaint}")
    for name in ("time", "stage", "what", "details", "who"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(row["time"], row["stage"], row["title"], _details(row), row["actor"])
    Console().print(table)


def _details(row: dict[str, Any]) -> str:
    """The plain facts of an event; personal ones are on the staff's page."""
    return ", ".join(f"{fact['name']}: {fact['value']}" for fact in row["details"][:MOST_DETAILS])


def token(
    role: Annotated[str, typer.Argument(help=", ".join(ROLES))],
    subject: Annotated[str, typer.Option(help="who it speaks for")] = "",
) -> None:
    """Print a bearer token for the local installation; it lasts 12 hours.

    Example: curl -H "Authorization: Bearer $(redress token agent)" …
    """
    typer.echo(bearer(role, subject))


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(submit)
    app.command()(show)
    app.command()(token)
