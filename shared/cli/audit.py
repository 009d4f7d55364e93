"""`redress audit`: take the log home, check it, fold it again, look back."""

import json
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from shared.audit.export import export as export_
from shared.audit.histories import verified
from shared.audit.records import BadExportError
from shared.audit.replay import differences, fill, states
from shared.cli.installation import installation, settings
from shared.errors import UsageError
from shared.runner.scan import named

HELP = (
    "For auditors: the log, checked without trusting us.\n\n"
    "Example: redress audit export ./export-2026-11"
)
app = typer.Typer(no_args_is_help=True, help=HELP)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="the folder of an export")]


def exported(folder: Path) -> int:
    """Export the live log into a new folder, with progress on a terminal."""
    servers = installation("kafka").kafka
    columns = (SpinnerColumn(), TextColumn("{task.completed} records"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("export", total=None)
        return export_(servers, folder, lambda: bar.advance(task))


def _failed(error: BadExportError) -> typer.Exit:
    typer.echo(f"FAILED {error}")
    return typer.Exit(1)


@app.command()
def export(folder: Folder) -> None:
    """Export every topic into a new folder; it appears only when it is complete.

    Example: redress audit export ./export-2026-11
    """
    typer.echo(f"{exported(folder)} records exported")


@app.command()
def verify(folder: Folder) -> None:
    """Check hashes, schemas, ids, sequences, chains and transitions; needs no server.

    Exit 1 names the first bad record.

    Example: redress audit verify ./export-2026-11
    """
    try:
        log = verified(folder)
    except BadExportError as error:
        raise _failed(error) from error
    complaints = {complaint for complaint, _ in log.chains}
    events = sum(map(len, log.chains.values()))
    typer.echo(
        f"verified {events} events of {len(complaints)} complaints; "
        f"{log.inputs} inputs and {log.dead_letters} dead letters read"
    )


@app.command()
def replay(
    folder: Folder,
    database: Annotated[str, typer.Option(help="write the states into this empty database")] = "",
) -> None:
    """Fold the export again and compare with the live collections; exit 1 where they differ.

    Example: redress audit replay ./export-2026-11 --database audit_2026_11
    """
    mongo = installation("mongo").mongo
    try:
        replayed = states(folder)
    except BadExportError as error:
        raise _failed(error) from error
    if database:
        typer.echo(f"{fill(replayed, mongo, database)} states written")
    different = differences(replayed, mongo, settings().database)
    for place in different[:20]:
        typer.echo(f"differs: {place}")
    if different:
        raise typer.Exit(1)
    typer.echo(f"replayed {len(replayed)} states; live is equal")


@app.command()
def state(
    complaint: Annotated[str, typer.Argument(metavar="ID", help="an id or a reference")],
    at: Annotated[str, typer.Option(help="the moment, ISO 8601 with a zone")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="an export; without it the live log is read")
    ] = None,
) -> None:
    """Print what every stage knew of a complaint at a moment; personal fields stay sealed.

    Example: redress audit state RD-7K3M-9QXF-2T4B-A --at 2026-11-22T09:00:00Z
    """
    moment = _moment(at)
    with TemporaryDirectory() as scratch:
        source = folder or Path(scratch) / "export"
        if folder is None:
            exported(source)
        try:
            found = states(source, moment)
        except BadExportError as error:
            raise _failed(error) from error
    meant = named(complaint)
    known = {stage: s for (id_, stage), s in found.items() if meant(id_)}
    if not known:
        raise UsageError("nothing was known of this complaint at that moment")
    typer.echo(json.dumps(_sealed(known), indent=2, ensure_ascii=False))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--at takes an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise UsageError("the time needs a zone, for example 2026-11-22T09:00:00Z")
    return moment


def _sealed(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"kid", "nonce", "ct"}:
            return "(sealed)"
        return {name: _sealed(inner) for name, inner in value.items()}
    return [_sealed(inner) for inner in value] if isinstance(value, list) else value


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="audit")
