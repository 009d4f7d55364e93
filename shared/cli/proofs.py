"""`redress audit prove`, `verify-proof`, `bundle`, `since`: what third parties check alone."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import typer

from shared.audit import signed
from shared.audit.bundle import PAGE
from shared.audit.bundle import bundle as bundle_
from shared.audit.leaves import BadRecordError
from shared.audit.manifest import BadExportError
from shared.audit.note import BadNoteError
from shared.audit.proofs import Prover, check
from shared.audit.since import since as since_
from shared.errors import UsageError
from shared.runner.scan import named

PROOF, RECORD = ".tlog-proof", ".record"


def prove(
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="its id, or TOPIC/PARTITION/OFFSET")
    ],
    folder: Annotated[Path, typer.Option("--from", help="an export with checkpoints")],
    out: Annotated[Path, typer.Option("--out", "-o", help="new files: OUT.tlog-proof, OUT.record")],
) -> None:
    """Write the proof that an event is in the log, and the event's record beside it.

    Example: redress audit prove complaints.triage.events/0/17 --from ./export-2026-11 -o event
    """
    files = [out.with_name(out.name + suffix) for suffix in (PROOF, RECORD)]
    if any(file.exists() for file in files):
        raise UsageError("the files exist already; give a new name")
    try:
        prover = Prover(folder)
        index, raw = prover.find(event)
        contents = (str(prover.proof(index)).encode(), raw)
    except BadExportError as error:
        typer.echo(f"FAILED {error}")
        raise typer.Exit(1) from error
    try:
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
    except OSError as error:
        raise UsageError("the files cannot be written") from error
    typer.echo(f"leaf {index} is proved: {files[0].name}, {files[1].name}")


def verify_proof(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="a proof; its record lies beside it")
    ],
    key: Annotated[Path, typer.Option("--key", help="trusted verifier keys, one a line")],
    record: Annotated[Path | None, typer.Option(help="the record, where it lies elsewhere")] = None,
) -> None:
    """Check that a record is in the log that a key signed; needs no export and no server.

    Example: redress audit verify-proof event.tlog-proof --key auditors-copy.vkey
    """
    beside = record or file.with_name(file.name.removesuffix(PROOF) + RECORD)
    try:
        text, raw = file.read_bytes(), beside.read_bytes()
    except OSError as error:
        raise UsageError("the proof or its record cannot be read") from error
    try:
        found, checkpoint = check(text.decode(), raw, signed.keys(file.parent, key))
    except (BadNoteError, BadRecordError, UnicodeDecodeError) as error:
        said = error if isinstance(error, BadNoteError) else "this is no proof or no record"
        typer.echo(f"FAILED {said}")
        raise typer.Exit(1) from error
    typer.echo(
        f"{found.place} is one of the {checkpoint.size} records signed by {checkpoint.origin}"
    )


def bundle(
    complaint: Annotated[str, typer.Argument(metavar="ID", help="an id or a reference")],
    folder: Annotated[Path, typer.Option("--from", help="an export")],
    out: Annotated[Path, typer.Option("--out", "-o", help="a new folder")],
) -> None:
    """Write one case into a folder: records, proofs, hashes, and a page that needs no server.

    Example: redress audit bundle RD-7K3M-9QXF-2T4B-A --from ./export-2026-11 -o ./case
    """
    try:
        count, proved = bundle_(folder, lru_cache(named(complaint)), out)
    except BadExportError as error:
        typer.echo(f"FAILED {error}")
        raise typer.Exit(1) from error
    typer.echo(f"{count} records, {proved} of them proved; read {out.name}/{PAGE}")


def since(
    checkpoint: Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="one that you kept")],
    folder: Annotated[Path, typer.Option("--from", help="a newer export")],
    key: Annotated[Path | None, typer.Option("--key", help="trusted verifier keys")] = None,
) -> None:
    """List the records that came after a checkpoint, if the export continues it; else exit 1.

    Example: redress audit since ./checkpoint-2026-10.txt --from ./export-2026-11
    """
    try:
        note = checkpoint.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the checkpoint cannot be read") from error
    count = 0
    try:
        for leaf, record in since_(folder, note, key):
            typer.echo(f"{leaf} {record.place}")
            count += 1
    except BadExportError as error:
        typer.echo(f"FAILED {error}")
        raise typer.Exit(1) from error
    typer.echo(f"the export continues the checkpoint; {count} records came after it")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(prove)
    app.command()(bundle)
    app.command()(since)
    app.command("verify-proof")(verify_proof)
