"""`redress dead-letters`: look at what could not be handled, try it again, or let it go."""

import asyncio
import getpass
import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from shared.cli.installation import installation
from shared.errors import UsageError
from shared.runner.burials import MOST_REDRIVES, Letter, chosen, discarded, letters, redriven
from shared.runner.dead_letters import facts_of
from shared.runner.kafka import KafkaLog
from shared.runner.ports import Record

HELP = "What could not be handled, and why.\n\nExample: redress dead-letters list"
app = typer.Typer(no_args_is_help=True, help=HELP)
Reason = Annotated[str, typer.Option(help="only letters with this reason")]
Complaint = Annotated[str, typer.Option(help="only this complaint: an id or a reference")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="at most so many")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would be done, do nothing")]
Number = Annotated[str, typer.Argument(metavar="LETTER", help="stage/partition/offset of list")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask")]


def _facts(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter.number,
        "complaint": letter.complaint or None,
        **facts_of(letter.record),
    }


def _found() -> list[Letter]:
    return asyncio.run(letters(installation("kafka").kafka))


def _named(number: str) -> Letter:
    for letter in _found():
        if letter.number == number:
            return letter
    raise UsageError("there is no such open dead letter; see: redress dead-letters list")


@app.command("list")
def list_(
    reason: Reason = "",
    complaint: Complaint = "",
    limit: Limit = 100,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON lines")] = False,
) -> None:
    """List open dead letters, oldest first.

    Example: redress dead-letters list --reason schema_invalid
    """
    fitting = chosen(_found(), reason, complaint, limit)
    if as_json:
        for letter in fitting:
            typer.echo(json.dumps(_facts(letter)))
        return
    table = Table(title=f"{len(fitting)} dead letters")
    for name in ("letter", "reason", "error", "topic", "first at", "complaint"):
        table.add_column(name, overflow="fold")
    for letter in fitting:
        f = _facts(letter)
        place = (
            f"{f.get('original-topic')}/{f.get('original-partition')}/{f.get('original-offset')}"
        )
        table.add_row(
            letter.number, letter.reason, f.get("error"), place, f.get("first-at"), f["complaint"]
        )
    Console().print(table)


@app.command()
def show(number: Number) -> None:
    """Show one letter: its reason and its size; never what it says.

    Example: redress dead-letters show triage/3/17
    """
    letter = _named(number)
    size = len(letter.record.value or b"")
    typer.echo(json.dumps({**_facts(letter), "bytes": size}, indent=2))


@app.command()
def redrive(
    reason: Reason = "",
    complaint: Complaint = "",
    limit: Limit = 100,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Try letters again, each complaint in its original order.

    What was tried five times already is left out and counted.

    Example: redress dead-letters redrive --complaint ID --yes
    """
    found = _found()
    fitting = chosen(found, reason, complaint, len(found))
    again = [letter for letter in fitting if not letter.exhausted][:limit]
    _agree(f"redrive {len(again)} letters", yes=yes or dry_run or not again)
    if not dry_run:
        staff = getpass.getuser()
        _produce([redriven(letter, staff) for letter in again])
    exhausted = sum(letter.exhausted for letter in fitting)
    left = f"; {exhausted} left out, redriven {MOST_REDRIVES} times already" if exhausted else ""
    typer.echo(f"{len(again)} {'would be ' if dry_run else ''}redriven{left}")


@app.command()
def discard(
    number: Number,
    why: Annotated[str, typer.Option(help="the reason, kept in the log")],
    yes: Yes = False,
) -> None:
    """Let a letter go for good; who and why is kept in the log.

    Example: redress dead-letters discard triage/3/17 --why "test record" --yes
    """
    letter = _named(number)
    _agree(f"discard {letter.number}", yes=yes)
    _produce([discarded(letter, getpass.getuser(), why)])
    typer.echo("1 discarded")


def _agree(what: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"to {what} without a terminal, add --yes")
    if not typer.confirm(f"{what}?"):
        raise typer.Exit(1)


def _produce(groups: list[list[Record]]) -> None:
    async def run() -> None:
        log = KafkaLog(installation("kafka").kafka)
        await log.start()
        try:
            for group in track(groups, "working", disable=not sys.stderr.isatty()):
                await log.publish(group)
        finally:
            await log.stop()

    asyncio.run(run())


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="dead-letters")
