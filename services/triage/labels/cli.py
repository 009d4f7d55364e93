"""`redress labels`: what people corrected, as texts to learn from."""

import json
from pathlib import Path
from typing import Annotated

import typer

from services.triage.dry_run.keys import stored_keys
from services.triage.labels.export import labels
from shared.audit.manifest import BadExportError

HELP = """Print every complaint whose category or priority a person changed, one JSON line each.

The lines have the shape of the training texts in services/triage/training/texts: language,
category and priority as the person set them, `was` as the rules had them, and the reasons. The
customer's words are in `text` where their key exists; keep such a file as you keep the keys.

Example: redress labels ./export-2026-11 > labels.jsonl
"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("labels", help=HELP)(labels_command)


def labels_command(
    folder: Annotated[Path, typer.Argument(metavar="EXPORT", help="an export of the log")],
) -> None:
    """Print the labels of an export."""
    try:
        for label in labels(folder, stored_keys):
            typer.echo(json.dumps(label, ensure_ascii=False))
    except BadExportError as error:
        typer.echo(f"FAILED {error}", err=True)
        raise typer.Exit(1) from error
