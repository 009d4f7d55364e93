"""`redress privacy due`: what the law lets be erased now, from the log alone."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.cli.cases import read_cases
from shared.cli.installation import settings
from shared.policy import load
from shared.report.register import rows
from shared.report.retention import Entry, retained
from shared.rules.calendars import pack
from shared.rules.retention import RETENTION

ENDED = ("due", "held")
Folder = Annotated[
    Path | None, typer.Option("--from", help="an export; without it the live log is read")
]
On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="as of that day (UTC); else today"),
]
Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="a jurisdiction pack for all; else the policy's")
]
Conditions = Annotated[
    list[str] | None, typer.Option(help="of a term that needs one, such as authority_request")
]


def due(
    folder: Folder = None,
    on: On = None,
    pack_: Packs = None,
    condition: Conditions = None,
    every: Annotated[bool, typer.Option("--all", help="also what is not due")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for programs")] = False,
) -> None:
    """List the complaints whose time to be kept is over, and those of them that a hold keeps.

    The longest term of all places counts, of the packs of a complaint's clocks and of the policy;
    `shared/rules/data/retention.yaml` has them with their sources. A complaint of a place without
    a known term is never due. Nothing is erased: give what is due the command `erase`.

    Example: redress privacy due --from ./export-2026-12 --on 2031-12-31
    """
    policy = load(settings().policy).triage
    packs = [pack(name).name for name in pack_ or [policy.pack]]
    day = on.date() if on else datetime.now(UTC).date()
    held = {*policy.conditions, *(condition or ())}
    found = retained(rows(read_cases(folder)[0]), day, packs, held)
    for entry in found:
        if every or entry.standing in ENDED:
            typer.echo(json.dumps(asdict(entry), default=str) if as_json else _line(entry))
    if not as_json:
        counts = Counter(entry.standing for entry in found)
        told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts)) or "no complaints"
        typer.echo(f"{day}, terms of {RETENTION.version}: {told}")


def _line(entry: Entry) -> str:
    until = f"{entry.until}" if entry.until else "-"
    return f"{entry.standing:8}{entry.reference:22}{until:12}{entry.source}".rstrip()
