"""`redress audit state` and `reads`: what was known when, and who read it."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from shared.audit.known import known_at, readings
from shared.audit.manifest import BadExportError
from shared.cli.exporting import exported, failed
from shared.errors import UsageError
from shared.runner.scan import named


def state(
    complaint: Annotated[str, typer.Argument(metavar="ID", help="an id or a reference")],
    at: Annotated[str, typer.Option(help="the moment, ISO 8601 with a zone")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="an export; without it the live log is read")
    ] = None,
) -> None:
    """Print what every stage knew of a complaint at a moment; personal fields stay sealed.

    `read_by` says who had read it by then, `letters_sent` what the customer was told.

    Example: redress audit state RD-7K3M-9QXF-2T4B-A --at 2026-11-22T09:00:00Z
    """
    moment = _moment(at)
    with TemporaryDirectory() as scratch:
        source = folder or Path(scratch) / "export"
        if folder is None:
            exported(source)
        try:
            known = known_at(source, lru_cache(named(complaint)), moment)
        except BadExportError as error:
            raise failed(error) from error
    if not known:
        raise UsageError("nothing was known of this complaint at that moment")
    typer.echo(json.dumps(_sealed(known), indent=2, ensure_ascii=False))


def reads(
    folder: Annotated[Path, typer.Option("--from", help="an export")],
    complaint: Annotated[
        str, typer.Argument(metavar="ID", help="an id or a reference; all complaints without it")
    ] = "",
    staff: Annotated[str, typer.Option(help="only what this person read")] = "",
) -> None:
    """List who read a customer's words, which part, when and why; JSON Lines.

    Example: redress audit reads RD-7K3M-9QXF-2T4B-A --from ./export-2026-11
    """
    meant = lru_cache(named(complaint)) if complaint else lambda _: True
    try:
        for reading in readings(folder, meant):
            if staff in ("", reading["staff"]):
                typer.echo(json.dumps(reading, ensure_ascii=False))
    except BadExportError as error:
        raise failed(error) from error


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


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(state)
    app.command()(reads)
