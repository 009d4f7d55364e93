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
JSON = {"Content-Type": "application/json"}
NOT_JSON = {"id": None, "error": "not_json"}
MOST_DETAILS = 6


def submit(
    file: Annotated[str, typer.Option(help="a file with one object or JSON Lines; - is stdin")],
) -> None:
    r"""Submit complaints; prints one answer a line, in order.

    A refused one prints its problem, a line that is no JSON {"id": null, "error": "not_json"};
    then the exit code is 1.

    Example: echo '{"subject": "Late", "description": "Sent 0.1 BTC"}' | redress submit --file -
    """
    url = installation("public_url").public_url
    refused = 0
    for complaint in _complaints(file):
        accepted, answer = _sent(url, complaint)
        refused += not accepted
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if refused:
        raise typer.Exit(1)


def _sent(url: str, complaint: str | None) -> tuple[bool, Any]:
    if complaint is None:
        return False, NOT_JSON
    answer = call("POST", f"{url}/v1/complaints", content=complaint, headers=JSON)
    return answer.status_code == ACCEPTED, answer.json()


def _complaints(file: str) -> Iterator[str | None]:
    """Each complaint as JSON; None stands for a line that is none."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file cannot be read as UTF-8 text") from error
    whole = _parsed(text)
    if whole is None:
        yield from (_parsed(line) for line in text.split("\n") if line.strip())
    else:
        found = json.loads(whole)
        yield from map(json.dumps, found if isinstance(found, list) else [found])


def _parsed(text: str) -> str | None:
    """The same JSON in ASCII; None where it is none."""
    try:
        return json.dumps(json.loads(text), allow_nan=False)
    except (ValueError, RecursionError):
        return None


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
