"""`redress submit`, `redress show` and `redress token`."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.cli.installation import bearer, call, installation
from shared.errors import TransientError, UsageError
from shared.http.tokens import ROLES

ACCEPTED = 202
JSON = {"Content-Type": "application/json"}
NOT_JSON = {"id": None, "error": "not_json"}
OK = 200
AWAY = (502, 503, 504)
FAULTS = {
    401: "the token is refused; set REDRESS_TOKEN_KEY to the key of that installation",
    404: "there is no such complaint; a new one takes a moment to appear",
}
UNKNOWN = "the service answered {}; see its log"
MOST_DETAILS = 6
WHAT_WIDTH = 22
# Ids and hashes, what stands in another column or the title, what every letter says.
UNTOLD = (
    *("letter_id", "decision_id", "proposal_id", "evidence_id", "input_id", "about"),
    *("reference", "received_at", "sent_at", "desk_name", "desk_email", "desk_phone"),
    *("sha256", "template", "template_version"),
)
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d[.\d]*(?:Z|\+00:00)")


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
    rows = _timeline(complaint)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        Console().print(_table(complaint, rows))


def _timeline(complaint: str) -> list[dict[str, Any]]:
    url = installation("public_url").public_url
    headers = {"Authorization": f"Bearer {bearer('agent')}"}
    path = f"/v1/complaints/{quote(complaint, safe='')}/timeline"
    answer = call("GET", url + path, headers=headers)
    if answer.status_code in AWAY:
        raise TransientError("the service is away; try again in a moment, or see: redress status")
    if answer.status_code != OK:
        raise UsageError(FAULTS.get(answer.status_code, UNKNOWN.format(answer.status_code)))
    rows: list[dict[str, Any]] = answer.json()
    return rows


def _table(complaint: str, rows: list[dict[str, Any]]) -> Table:
    """Fits 80 columns; the first day stands in the title, each later one in a row of its own."""
    day = rows[0]["time"][:10]
    table = Table(title=f"Complaint {complaint}, {day} UTC", box=SIMPLE_HEAD, pad_edge=False)
    for name, width in (("time", None), ("what", WHAT_WIDTH), ("who", None), ("details", None)):
        table.add_column(name, overflow="fold", max_width=width)
    for row in rows:
        date, _, clock = row["time"].partition("T")
        if date != day:
            day = date
            table.add_row(day)
        table.add_row(clock[:8], f"{row['stage']}: {row['title']}", _who(row), _details(row))
    return table


def _who(row: dict[str, Any]) -> str:
    actor: str = row["actor"]
    return actor.partition(":")[2] or actor


def _details(row: dict[str, Any]) -> Text:
    """The plain facts of an event; personal ones are on the staff's page."""
    told = [fact for fact in row["details"] if fact["name"].rpartition(".")[2] not in UNTOLD]
    return Text(", ".join(map(_fact, told[:MOST_DETAILS])))


def _fact(fact: dict[str, str]) -> str:
    value = INSTANT.sub(r"\1 \2", fact["value"])
    return f"{fact['name'].removeprefix('facts.')}: {value}"


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
