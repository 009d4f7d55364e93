"""`redress register`: a row for each complaint, for whoever has the right to see the register."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.cli.cases import read_cases
from shared.errors import UsageError
from shared.report.register import Row, as_csv, as_json, rows

HELP = """Print the register of complaints, one row for each, in the order of receipt.

It needs no key and holds no personal words; `client` is a pseudonym. The policies and the offsets
that were read stand above the rows: the same export gives the same bytes.

Example: redress register --from ./export-2026-12 --from-date 2026-10-01 --csv
"""
FORMS = ["%Y-%m-%d"]
SINCE = typer.Option(formats=FORMS, metavar="DAY", help="received on this day (UTC) or later")
UNTIL = typer.Option(formats=FORMS, metavar="DAY", help="received on this day (UTC) or before")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("register", help=HELP)(print_register)


def print_register(
    folder: Annotated[
        Path | None, typer.Option("--from", help="an export; without it the live log is read")
    ] = None,
    from_date: Annotated[datetime | None, SINCE] = None,
    to_date: Annotated[datetime | None, UNTIL] = None,
    csv: Annotated[bool, typer.Option("--csv", help="for spreadsheets")] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs; the default")] = False,
) -> None:
    """Print the register."""
    if csv and json:
        raise UsageError("choose one: --csv or --json")
    if from_date and to_date and to_date < from_date:
        raise UsageError("--to-date is before --from-date")
    cases, places = read_cases(folder)
    held = [row for row in rows(cases) if _within(row, from_date, to_date)]
    typer.echo((as_csv if csv else as_json)(held, places), nl=not csv)


def _within(row: Row, first: datetime | None, last: datetime | None) -> bool:
    if row.received_at is None:
        return False
    day = row.received_at.astimezone(UTC).date()
    return (first is None or day >= first.date()) and (last is None or day <= last.date())
