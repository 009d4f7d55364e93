"""`redress report`: what a quarter or a month was like, from the log alone."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from shared.cli.cases import Cases, read_cases
from shared.errors import UsageError
from shared.report import figures as authority
from shared.report.analysis import analysis
from shared.report.counting import figures
from shared.report.page import Places, as_json, as_text
from shared.report.period import Period, month, quarter
from shared.report.register import rows
from shared.report.returns import return_of
from shared.report.story import story_of
from shared.rules.calendars import Pack, pack

HELP = """Count complaints, decisions, clocks, redress and ratings of a quarter or a month.

The public report leaves out cells under 10, and one more where a total would give one away; a month
stands beside the one before. For the management body there is the analysis that Delegated
Regulation (EU) 2025/294 Art. 8 asks for, and for an authority the return of its pack; both leave
out nothing. The policies and the offsets that were read are printed: the same export gives the same
bytes.

Example: redress report --quarter 2026-Q4 --from ./export-2026-12

Example: redress report --quarter 2026-Q4 --as return --pack eu_mica --from ./export-2026-12
"""
Form = Literal["public", "art-8", "return"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("report", help=HELP)(report)


def report(
    quarter_: Annotated[str, typer.Option("--quarter", help="such as 2026-Q4")] = "",
    month_: Annotated[str, typer.Option("--month", help="such as 2026-11")] = "",
    form: Annotated[Form, typer.Option("--as", help="who it is for")] = "public",
    pack_: Annotated[str, typer.Option("--pack", help="whose return, such as eu_mica")] = "",
    folder: Annotated[
        Path | None, typer.Option("--from", help="an export; without it the live log is read")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Count a quarter or a month."""
    periods, of = _periods(quarter_, month_), _pack(form, pack_)
    cases, places = read_cases(folder)
    if form == "public":
        typer.echo(_public(cases, places, periods, as_json_))
    else:
        typer.echo(_for_authority(cases, places, periods[0], of, as_json_))


def _pack(form: Form, name: str) -> Pack | None:
    if (form == "return") != bool(name):
        raise UsageError("a return is one pack's: --as return --pack eu_mica")
    return pack(name) if name else None


def _public(cases: Cases, places: Places, periods: list[Period], as_json_: bool) -> str:
    stories = [story_of(event for _, event in events) for events in cases.values()]
    return (as_json if as_json_ else as_text)([figures(stories, p) for p in periods], places)


def _for_authority(
    cases: Cases, places: Places, period: Period, of: Pack | None, as_json_: bool
) -> str:
    held = rows(cases)
    found = return_of(of, held, period) if of else analysis(held, period)
    policies = sorted({version for row in held for version in row.policies})
    return (authority.as_json if as_json_ else authority.as_text)(found, policies, places)


def _periods(quarter_: str, month_: str) -> list[Period]:
    if bool(quarter_) == bool(month_):
        raise UsageError("name a period: --quarter 2026-Q4 or --month 2026-11")
    if quarter_:
        return [quarter(quarter_)]
    chosen = month(month_)
    return [chosen, chosen.before()]
