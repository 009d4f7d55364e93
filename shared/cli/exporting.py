"""What commands over exports share: making one, and how far it is."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from shared.audit.export import export
from shared.audit.manifest import BadExportError
from shared.cli.installation import installation, settings
from shared.local.layout import LEDGER
from shared.local.places import state_dir


@contextmanager
def counting(what: str, things: str = "records") -> Iterator[Callable[[int], None]]:
    """Count things on a terminal while they go by."""
    columns = (SpinnerColumn(), TextColumn(f"{{task.description}} {{task.completed}} {things}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.advance(task, count)


def exported(folder: Path) -> int:
    """Export the live log into a new folder, with progress on a terminal."""
    servers = installation("kafka").kafka
    with counting("export") as progress:
        return export(servers, folder, progress, _ledger())


def _ledger() -> Path | None:
    """The ledger's folder, where one is near: of another Kafka only the settings' own."""
    named_ = settings().ledger
    if named_ or os.environ.get("REDRESS_KAFKA"):
        return Path(named_) if named_ else None
    local = state_dir() / LEDGER
    return local if local.is_dir() else None


def failed(error: BadExportError) -> typer.Exit:
    """Say what is wrong with an export; the exit code is 1."""
    typer.echo(f"FAILED {error}")
    return typer.Exit(1)
