"""`redress problem`: what many complaints share, on the command line."""

from __future__ import annotations

import json
import os
from typing import Annotated
from urllib.parse import quote

import typer

from shared.cli.installation import NOT_UP, bearer, call
from shared.errors import UsageError
from shared.local.places import state_dir
from shared.local.state import running

ACCEPTED = 202
ADDRESS = "REDRESS_TRIAGE_URL"
REFUSED = {
    "no-problem": "the complaint belongs to no problem",
    "problem-fixed": "the problem is fixed already",
}
HELP = "Problems that many complaints share.\n\nExample: redress problem fix CASE --reason patched"
problem = typer.Typer(name="problem", no_args_is_help=True, help=HELP)


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    app.add_typer(problem)


@problem.callback()
def _group() -> None:
    """Problems that many complaints share. Example: redress problem fix CASE --reason patched."""


@problem.command()
def fix(
    case: Annotated[str, typer.Argument(metavar="CASE", help="a member: its id or reference")],
    reason: Annotated[str, typer.Option(help="why it counts as mended, as a code")],
) -> None:
    """Say that a problem is mended: all of its members hear of it, each is decided on its own.

    Example: redress problem fix 0a0a0a0a-0000-4000-8000-00000000c0de --reason wallet-patched
    """
    url = f"{_triage()}/v1/cases/{quote(case, safe='')}/fix-problem"
    headers = {"Authorization": f"Bearer {bearer('supervisor')}"}
    answer = call("POST", url, json={"reason": reason}, headers=headers)
    body = answer.json()
    if answer.status_code != ACCEPTED:
        raise UsageError(REFUSED.get(body.get("rule"), f"not accepted: {body.get('type')}"))
    typer.echo(json.dumps(body))


def _triage() -> str:
    """Where staff reach triage: by the environment, else in the local installation."""
    if given := os.environ.get(ADDRESS):
        return given
    state = running(state_dir())
    service = state and state.services.get("triage")
    if not service:
        raise UsageError(NOT_UP.format(names=ADDRESS))
    return str(service.url)
