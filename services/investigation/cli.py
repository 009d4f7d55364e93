"""`redress playbook`: the playbooks on the command line, JSON lines in and out."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from services.investigation.playbooks.lines import (
    Playbook,
    answered,
    deposit,
    liquidation,
    takeover,
)
from services.investigation.playbooks.record_lines import BY_RECORD
from shared.errors import UsageError

STANDARD_INPUT = Path("-")
DEPOSIT_HELP = """Judge deposits that did not arrive, one case a line, order kept.

A line that is no case is answered in its place by {"id": …|null, "error": "<code>"}.

Example: redress playbook deposit cases.jsonl
"""
LIQUIDATION_HELP = """Judge disputed liquidations, one case a line, order kept.

A line that is no case is answered in its place by {"id": …|null, "error": "<code>"}.

Example: redress playbook liquidation cases.jsonl
"""
TAKEOVER_HELP = """Judge accounts that may be stolen, one case a line, order kept.

A line that is no case is answered in its place by {"id": …|null, "error": "<code>"}.

Example: redress playbook takeover cases.jsonl
"""

RECORD_HELP = """Judge the exchange's records of {name} complaints, one case a line, order kept.

A line that no rule may decide is answered by {{"id": …, "finding": null, "person": "<code>"}}, and
one that is no case by {{"id": …|null, "error": "<code>"}}.

Example: redress playbook {name} cases.jsonl
"""

Lines = Annotated[Path, typer.Argument(metavar="FILE|-", help="JSON lines; - is standard input.")]
playbook = typer.Typer(name="playbook", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    app.add_typer(playbook)


@playbook.callback()
def _group() -> None:
    """Judge recorded facts. Example: redress playbook deposit cases.jsonl."""


@playbook.command("deposit", help=DEPOSIT_HELP)
def deposit_command(file: Lines = STANDARD_INPUT) -> None:
    """Judge deposits that did not arrive."""
    _run(file, deposit)


@playbook.command("liquidation", help=LIQUIDATION_HELP)
def liquidation_command(file: Lines = STANDARD_INPUT) -> None:
    """Judge disputed liquidations."""
    _run(file, liquidation)


@playbook.command("takeover", help=TAKEOVER_HELP)
def takeover_command(file: Lines = STANDARD_INPUT) -> None:
    """Judge accounts that may be stolen."""
    _run(file, takeover)


def _judging(name: str) -> Callable[[Path], None]:
    def judge(file: Lines = STANDARD_INPUT) -> None:
        _run(file, BY_RECORD[name])

    return judge


for _name in BY_RECORD:
    playbook.command(_name, help=RECORD_HELP.format(name=_name))(_judging(_name))


def _run(file: Path, judge: Playbook) -> None:
    if file == STANDARD_INPUT:
        _answer(sys.stdin.buffer, judge)
        return
    try:
        lines = file.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read the file ({error.strerror}): give one, or -") from None
    with lines:
        _answer(lines, judge)


def _answer(lines: Iterable[bytes], judge: Playbook) -> None:
    try:
        for line in lines:
            if line.strip():
                sys.stdout.write(answered(line, judge) + "\n")
                sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; nothing may be flushed to it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
