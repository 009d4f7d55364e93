"""`redress mail`: raw messages in, what intake reads in them out, one JSON line a file."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.intake.mail.parse import Mail, Route
from services.intake.mail.reading import Reader
from services.intake.mail.words import LIMITS
from shared.cli.installation import settings
from shared.mail import ours

HELP = """Read raw mail: who wrote what, which files came, and whether it opens a complaint.

One line of JSON a file, in order, whatever the file holds. REDRESS_MAIL_ADDRESSES names the
support addresses. A file that cannot be opened is answered in its place by
{"file": …, "error": "unreadable_file"}; then the exit code is 1.

Example: REDRESS_MAIL_ADDRESSES=support@exchange.example redress mail complaint.eml
"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("mail", help=HELP)(mail_command)


def mail_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="raw mail; - is stdin")],
) -> None:
    """Read mail."""
    reader = Reader(ours(settings()))
    try:
        answered = [_answer(reader, file) for file in files]
    finally:
        reader.end()
    if not all(answered):
        raise typer.Exit(1)


def _answer(reader: Reader, file: str) -> bool:
    raw = _raw(file)
    found = {"error": "unreadable_file"} if raw is None else _shape(reader.read_now(raw, Route()))
    line = json.dumps({"file": file, **found}, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
    return raw is not None


def _raw(file: str) -> bytes | None:
    """As much of a file as shows whether it is too large."""
    most = LIMITS.bytes + 1
    if file == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(file).open("rb") as source:
            return source.read(most)
    except (OSError, ValueError):
        return None


def _shape(mail: Mail) -> dict[str, Any]:
    """The promised fields in the promised order."""
    attachments = [
        {"name": f.name, "media_type": f.media_type, "size": len(f.content), "sha256": f.sha256}
        for f in mail.files
    ]
    return {
        "message_id": mail.message_id,
        "from_addr": mail.from_addr,
        "subject": mail.subject,
        "text": mail.text,
        "attachments": attachments,
        "kind": mail.kind,
        "opens_complaint": mail.opens_complaint,
        "set_aside": mail.set_aside,
        "flags": list(mail.flags),
    }
