"""`redress privacy`: what a person may ask of what is kept about them."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from shared.cli.access import write
from shared.cli.due import due
from shared.cli.persons import NOBODY, Person
from shared.errors import UsageError

HELP = """What a person may ask of what is kept about them.

PERSON is a mail address, or an account that the person proved to hold; - reads it from standard
input, so that it stands in no shell's history.

Example: redress privacy erase customer@example.org --reason customer-asked --staff privacy-1
"""
POLL_S = 0.2
ACCEPTED = "accepted"
Standings = dict[str, str]
app = typer.Typer(no_args_is_help=True, help=HELP)
Who = Annotated[str, typer.Argument(metavar="PERSON", help="a mail address, an account, or -")]
Staff = Annotated[
    str, typer.Option(help="who of the role privacy asks, where REDRESS_BEARER holds no token")
]


@app.command()
def erase(
    person: Who,
    reason: Annotated[str, typer.Option(help="why, as a code")],
    staff: Staff = "",
    wait: Annotated[float, typer.Option(min=0, help="seconds until it must be done")] = 60.0,
) -> None:
    """Ask that all complaints of a person be erased; done once a second person asks the same.

    Each complaint gets the command `erase`, under its rules: a hold keeps it, and nobody asks
    twice. Prints how many are erased, asked for by one person, held. Exit code 1 where the stage
    has not done in time what it accepted; ask again, nothing is done twice.

    Example: redress privacy erase customer@example.org --reason customer-asked --staff privacy-1
    """
    began, asked = time.monotonic(), Person(person, staff)
    before = {one["complaint_id"]: one["standing"] for one in asked.complaints()}
    if not before:
        raise UsageError(NOBODY)
    with Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("complaints", total=2 * len(before))
        answers = {}
        for complaint, answer in asked.erase(reason):
            answers[complaint] = answer
            bar.advance(task)
        now, left = before, set[str]()
        owed = {name for name, answer in answers.items() if answer == ACCEPTED}
        for standings, left in _steps(asked, before, owed):
            now = {**dict.fromkeys(before, "erased"), **standings}
            bar.update(task, completed=2 * len(before) - len(left))
            if not left or time.monotonic() - began > wait:
                break
    typer.echo(json.dumps(_sum(now, answers, began)))
    if left:
        raise typer.Exit(1)


@app.command()
def access(
    person: Who, folder: Annotated[Path, typer.Argument(metavar="DIR")], staff: Staff = ""
) -> None:
    """Put all that is kept of a person into a folder: GDPR Art. 15, as JSON and as a page to read.

    Words are opened, files are there as they were kept; what was erased reads so. Left out, and
    named where it is: what speaks of others, and account data that the person did not prove to be
    theirs. Each complaint's copy is on record in the read log. Make sure first that whoever asks
    is that person (Art. 12(6)), and keep the folder as you would keep the person's letters.

    Example: redress privacy access customer@example.org ./copy --staff privacy-1
    """
    typer.echo(f"{write(Person(person, staff), folder)} complaints in {folder}")


def _steps(
    asked: Person, before: Standings, owed: set[str]
) -> Iterator[tuple[Standings, set[str]]]:
    """How the complaints stand, again and again, and which are still to move."""
    while True:
        now = {one["complaint_id"]: one["standing"] for one in asked.complaints()}
        yield now, {name for name in owed if not _moved(before.get(name), now.get(name))}
        time.sleep(POLL_S)


def _moved(before: str | None, now: str | None) -> bool:
    """Whether what one more person asked for is done; what is erased is found no more."""
    if before == "asked":
        return now in (None, "erased")
    return now != before


def _sum(
    now: Standings, answers: dict[str, str], began: float
) -> dict[str, int | float | dict[str, int]]:
    counts = Counter(now.values())
    refused = Counter(answer for answer in answers.values() if answer != ACCEPTED)
    return {
        "complaints": len(now),
        **{name: counts[name] for name in ("erased", "approved", "asked", "held", "kept")},
        "refused": dict(sorted(refused.items())),
        "seconds": round(time.monotonic() - began, 1),
    }


app.command()(due)


def register(main: typer.Typer) -> None:
    """Add the commands to `main`."""
    main.add_typer(app, name="privacy")
