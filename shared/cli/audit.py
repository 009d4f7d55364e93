"""`redress audit`: take the log home, check it, fold it again, look back."""

from pathlib import Path
from typing import Annotated

import typer

from shared.audit.histories import Log, verified
from shared.audit.ledger.folder import Folder
from shared.audit.manifest import BadExportError
from shared.audit.replay import compared, fill, states
from shared.cli import looking_back, proofs
from shared.cli.exporting import counting, exported, failed
from shared.cli.installation import installation, settings
from shared.errors import UsageError
from shared.local.layout import LEDGER
from shared.local.places import state_dir

HELP = (
    "For auditors: the log, checked without trusting us.\n\n"
    "Example: redress audit export ./export-2026-11"
)
app = typer.Typer(no_args_is_help=True, help=HELP)
Export = Annotated[Path, typer.Argument(metavar="DIR", help="the folder of an export")]


KeyFile = Annotated[
    Path | None, typer.Option("--key", help="trusted verifier keys, one a line; not the export's")
]


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
        with counting("verify") as progress, verified(folder, key, progress) as log:
            typer.echo(_found(log))
    except BadExportError as error:
        raise failed(error) from error


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
        with (
            counting("replay") as progress,
            verified(folder, None, progress, values=True) as log,
        ):
            found = compared(states(log), mongo, settings().database)
            if database:
                typer.echo(f"{fill(states(log), mongo, database)} states written")
            count = log.states
    except BadExportError as error:
        raise failed(error) from error
    for place in found.different[:20]:
        typer.echo(f"differs: {place}")
    if found.different:
        raise typer.Exit(1)
    went_on = f"; {found.later} of them went on after the export" if found.later else ""
    typer.echo(f"replayed {count} states; live is equal{went_on}")
    if found.unknown:
        typer.echo(f"{found.unknown} live states are not in the export; a newer one tells of them")


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    proofs.register(app)
    looking_back.register(app)
    parent.add_typer(app, name="audit")
