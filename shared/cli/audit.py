"""`redress audit`: take the log home, check it, fold it again, look back."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from shared.audit.export import export as export_
from shared.audit.histories import Log, verified
from shared.audit.ledger.folder import Folder
from shared.audit.manifest import BadExportError
from shared.audit.replay import differences, fill, states, states_at
from shared.cli import proofs
from shared.cli.installation import installation, settings
from shared.errors import UsageError
from shared.local.layout import LEDGER
from shared.local.places import state_dir
from shared.runner.scan import named

HELP = (
    "For auditors: the log, checked without trusting us.\n\n"
    "Example: redress audit export ./export-2026-11"
)
app = typer.Typer(no_args_is_help=True, help=HELP)
Export = Annotated[Path, typer.Argument(metavar="DIR", help="the folder of an export")]


KeyFile = Annotated[
    Path | None, typer.Option("--key", help="trusted verifier keys, one a line; not the export's")
]


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} records"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.advance(task, count)


def exported(folder: Path) -> int:
    """Export the live log into a new folder, with progress on a terminal."""
    servers = installation("kafka").kafka
    with _progress("export") as progress:
        return export_(servers, folder, progress, _ledger())


def _ledger() -> Path | None:
    """The ledger's folder, where one is near: of another Kafka only the settings' own."""
    named_ = settings().ledger
    if named_ or os.environ.get("REDRESS_KAFKA"):
        return Path(named_) if named_ else None
    local = state_dir() / LEDGER
    return local if local.is_dir() else None


def _failed(error: BadExportError) -> typer.Exit:
    typer.echo(f"FAILED {error}")
    return typer.Exit(1)


@app.command()
def export(folder: Export) -> None:
    """Export every topic into a new folder; it appears only when it is complete.

    What an attempt that was broken off has finished is kept in DIR.part, and used.

    Example: redress audit export ./export-2026-11
    """
    typer.echo(f"{exported(folder)} records exported")


@app.command()
def verify(folder: Export, key: KeyFile = None) -> None:
    """Check hashes, signatures, schemas, ids, sequences, chains and transitions; needs no server.

    Exit 1 names the first bad record.

    Example: redress audit verify ./export-2026-11 --key auditors-copy.vkey
    """
    try:
        with _progress("verify") as progress, verified(folder, key, progress) as log:
            typer.echo(_found(log))
    except BadExportError as error:
        raise _failed(error) from error


def _found(log: Log) -> str:
    signed = f"{log.checkpoints} checkpoints hold, {log.signed} of {log.size} records are signed"
    return (
        f"verified {log.events} events of {log.complaints} complaints; "
        f"{log.inputs} inputs and {log.dead_letters} dead letters read; "
        f"{signed if log.checkpoints else 'nothing is signed, there are no checkpoints'}"
    )


@app.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint of the ledger; asks no server.

    The folder is that of REDRESS_LEDGER, else the local installation's.

    Example: redress audit checkpoint
    """
    folder = settings().ledger or state_dir() / LEDGER
    newest = Folder(Path(folder)).newest()
    if newest is None:
        raise UsageError("the ledger has no checkpoint yet, or REDRESS_LEDGER is another folder")
    typer.echo(newest.read_text("utf-8"), nl=False)


@app.command()
def replay(
    folder: Export,
    database: Annotated[str, typer.Option(help="write the states into this empty database")] = "",
) -> None:
    """Fold the export again and compare with the live collections; exit 1 where they differ.

    Example: redress audit replay ./export-2026-11 --database audit_2026_11
    """
    mongo = installation("mongo").mongo
    try:
        with _progress("replay") as progress, verified(folder, None, progress, values=True) as log:
            different = differences(states(log), mongo, settings().database)
            if database:
                typer.echo(f"{fill(states(log), mongo, database)} states written")
            count = log.states
    except BadExportError as error:
        raise _failed(error) from error
    for place in different[:20]:
        typer.echo(f"differs: {place}")
    if different:
        raise typer.Exit(1)
    typer.echo(f"replayed {count} states; live is equal")


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
            known = states_at(source, lru_cache(named(complaint)), moment)
        except BadExportError as error:
            raise _failed(error) from error
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
    proofs.register(app)
    parent.add_typer(app, name="audit")
