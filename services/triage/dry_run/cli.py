"""`redress policy diff`: what a change of policy would change, told before it is made."""

import gc
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from services.triage.dry_run.differences import Difference, Verdict, verdicts
from services.triage.dry_run.keys import stored_keys
from shared.audit.manifest import BadExportError
from shared.errors import UsageError
from shared.policy import Policy, load
from shared.reference import reference_of

HELP = (
    "Policies: what a change would change.\n\n"
    "Example: redress policy diff default ./new.yaml --from ./export-2026-11"
)
app = typer.Typer(no_args_is_help=True, help=HELP)
app.callback()(lambda: None)
LOOKS_RARELY = 200_000
Name = Annotated[str, typer.Argument(help="a policy's name, or a YAML file that holds one")]


@app.command()
def diff(
    old: Name,
    new: Name,
    folder: Annotated[Path, typer.Option("--from", metavar="EXPORT", help="an export of the log")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON lines")] = False,
) -> None:
    """List every complaint whose category, priority, team or deadlines NEW would change.

    Triage decides the recorded log again, once under each policy. What the
    other stages decided, what people asked for and who was free stays as it
    was. A complaint whose key is gone is listed as erased, not judged. The
    counts come last.

    Example: redress policy diff default ./new.yaml --from ./export-2026-11
    """
    # Reference counts free a complaint; looking for cycles would walk all that was read.
    gc.set_threshold(LOOKS_RARELY)
    policies = _policy(old), _policy(new)
    found = verdicts(folder, policies, stored_keys)
    show = _as_json if as_json else _as_text
    counts: Counter[str] = Counter()
    bar = Console(stderr=True)
    try:
        for verdict in track(found, "deciding", console=bar, disable=not sys.stderr.isatty()):
            counts.update(_counted(verdict))
            if verdict.differences or verdict.unjudged:
                show(verdict)
    except BadExportError as error:
        typer.echo(f"FAILED {error}")
        raise typer.Exit(1) from error
    _end(counts, as_json=as_json)


def _policy(name: str) -> Policy:
    path = Path(name)
    if not path.suffix and not path.is_file():
        return load(name)
    try:
        return Policy.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise UsageError(f"cannot read the policy ({error.strerror}); give a YAML file") from None
    except (ValueError, yaml.YAMLError):
        raise UsageError("that file holds no whole policy; begin with a copy of one") from None


def _counted(verdict: Verdict) -> Iterator[str]:
    yield "complaints"
    if verdict.unjudged:
        yield verdict.unjudged
    if verdict.differences:
        yield "otherwise"
    yield from {difference.what for difference in verdict.differences}


def _as_json(verdict: Verdict) -> None:
    line = {"complaint": verdict.complaint, "reference": reference_of(verdict.complaint)}
    if verdict.unjudged:
        told: dict[str, object] = {"unjudged": verdict.unjudged}
    else:
        told = {"differences": [_plain(difference) for difference in verdict.differences]}
    typer.echo(json.dumps(line | told))


def _plain(difference: Difference) -> dict[str, str]:
    fields = asdict(difference)
    return fields if difference.clock else {k: v for k, v in fields.items() if k != "clock"}


def _as_text(verdict: Verdict) -> None:
    # No table: thirty thousand rows of one take longer than all the deciding.
    reference = reference_of(verdict.complaint)
    if verdict.unjudged:
        typer.echo(f"{reference}  {verdict.unjudged}, not judged")
    for it in verdict.differences:
        what = " ".join(filter(None, (it.what, it.clock)))
        typer.echo(f"{reference}  {what:<26}  {it.old or '-'} -> {it.new or '-'}")


def _end(counts: Counter[str], *, as_json: bool) -> None:
    names = ("complaints", "otherwise", "category", "priority", "team", "deadline", "error")
    rows = {name: counts[name] for name in (*names, "erased")}
    if as_json:
        typer.echo(json.dumps({"counts": rows}))
        return
    table = Table("what differs", "complaints")
    for name, count in rows.items():
        said = {"complaints": "all", "otherwise": "anything", "erased": "erased, not judged"}
        table.add_row(said.get(name, name), str(count))
    Console().print(table)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="policy")
