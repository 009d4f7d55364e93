"""`redress report`: what a quarter or a month was like, from the log alone."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from shared.audit.histories import verified
from shared.audit.manifest import read as read_manifest
from shared.audit.records import BadExportError
from shared.cli.audit import exported
from shared.envelope import Envelope
from shared.errors import UsageError
from shared.report.counting import figures
from shared.report.page import as_json, as_text
from shared.report.period import Period, month, quarter
from shared.report.story import Story, story_of

HELP = """Count complaints, decisions, clocks, redress and ratings of a quarter or a month.

Cells under 10 are left out, and one more where a total would give one away. A month stands beside
the one before. The offsets that were read are printed: the same export gives the same bytes.

Example: redress report --quarter 2026-Q4 --from ./export-2026-12
"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("report", help=HELP)(report)


def report(
    quarter_: Annotated[str, typer.Option("--quarter", help="such as 2026-Q4")] = "",
    month_: Annotated[str, typer.Option("--month", help="such as 2026-11")] = "",
    folder: Annotated[
        Path | None, typer.Option("--from", help="an export; without it the live log is read")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Count a quarter or a month."""
    periods = _periods(quarter_, month_)
    with TemporaryDirectory() as scratch:
        source = folder or Path(scratch) / "export"
        if folder is None:
            exported(source)
        try:
            stories, places = _stories(source), _places(source)
        except BadExportError as error:
            typer.echo(f"FAILED {error}")
            raise typer.Exit(1) from error
    found = [figures(stories, period) for period in periods]
    typer.echo((as_json if as_json_ else as_text)(found, places))


def _periods(quarter_: str, month_: str) -> list[Period]:
    if bool(quarter_) == bool(month_):
        raise UsageError("name a period: --quarter 2026-Q4 or --month 2026-11")
    if quarter_:
        return [quarter(quarter_)]
    chosen = month(month_)
    return [chosen, chosen.before()]


def _stories(folder: Path) -> list[Story]:
    found: dict[str, list[Envelope]] = {}
    for (complaint, _), chain in verified(folder).chains.items():
        found.setdefault(complaint, []).extend(envelope for _, envelope in chain)
    return [story_of(events) for _, events in sorted(found.items())]


def _places(folder: Path) -> Mapping[str, str]:
    parts = (part for part in read_manifest(folder) if part.records)
    return {
        f"{part.topic}/{part.partition}": f"{part.first}..{part.first + part.records - 1}"
        for part in sorted(parts, key=lambda part: (part.topic, part.partition))
    }
