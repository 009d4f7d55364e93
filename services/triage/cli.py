"""`redress classify`: complaints as JSON lines in, what they ask for as JSON lines out."""

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from services.triage.rules import Classification, classify
from shared.errors import UsageError
from shared.rules.reading import LONGEST

STANDARD_INPUT = Path("-")
_JSON = json.JSONEncoder(ensure_ascii=False)
LONGEST_LINE = 1 << 20  # bytes, with every character of the longest text escaped, and room
HELP = """Tell language, category, priority and entities of complaints, one a line, order kept.

A line that is no complaint is answered in its place by {"id": …|null, "error": "<code>"}; codes:
not_json, not_an_object, missing_text, wrong_type, too_long.

Example: echo '{"id": "1", "text": "Sent 0.5 BTC, not arrived"}' | redress classify
"""


class BadLineError(Exception):
    """A line that is no complaint; the message is its code."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("classify", help=HELP)(classify_command)


def classify_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE|-", help="JSON lines; - is standard input.")
    ] = STANDARD_INPUT,
) -> None:
    """Classify complaints."""
    if file == STANDARD_INPUT:
        _answer_all(sys.stdin.buffer)
        return
    try:
        source = file.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read the file ({error.strerror}): give one, or -") from None
    with source:
        _answer_all(source)


def _answer_all(source: BinaryIO) -> None:
    output = sys.stdout.buffer
    try:
        for line in _lines(source):
            output.write(answered(line))
            output.flush()
    except BrokenPipeError:  # the reader has seen enough; nothing may be flushed to it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Each line that is not blank; of one too long for memory, as much as shows that it is."""
    while line := source.readline(LONGEST_LINE + 1):
        if line.strip():
            yield line
        while line and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE)


def answered(line: bytes) -> bytes:
    """The answer to one line of input, as a line of JSON in UTF-8."""
    found: Any = None
    try:
        found = _parsed(line)
        answer = {"id": _id(found), **_shape(classify(_text(found)))}
    except BadLineError as error:
        answer = {"id": _known_id(found), "error": str(error)}
    text = _JSON.encode(answer) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadLineError("too_long")
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadLineError("not_json") from None
    if not isinstance(found, dict):
        raise BadLineError("not_an_object")
    return found


def _known_id(found: Any) -> str | int | float | None:
    known = found.get("id") if isinstance(found, dict) else None
    if isinstance(known, float) and not math.isfinite(known):
        return None
    return known if isinstance(known, str | int | float) and not isinstance(known, bool) else None


def _id(found: dict[str, Any]) -> str | int | float | None:
    known = _known_id(found)
    if known is None and found.get("id") is not None:
        raise BadLineError("wrong_type")
    return known


def _text(found: dict[str, Any]) -> str:
    text = found.get("text")
    if text is None:
        raise BadLineError("missing_text")
    if not isinstance(text, str):
        raise BadLineError("wrong_type")
    if len(text) > LONGEST:
        raise BadLineError("too_long")
    return text


def _shape(found: Classification) -> dict[str, Any]:
    """The promised fields in the promised order."""
    return {
        "language": found.language,
        "category": found.category,
        "priority": found.priority,
        "entities": vars(found.entities),
        "reasons": [vars(reason) for reason in found.reasons],
        "confidence": found.confidence,
    }
