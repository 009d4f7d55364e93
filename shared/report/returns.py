"""The return to an authority: the complaints that one jurisdiction's pack held for. Pure.

One form for all packs; the pack brings its title, its clocks and their sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.report.analysis import counted, outcomes
from shared.report.period import Period
from shared.report.register.row import Row
from shared.rules.calendars import Pack


@dataclass(frozen=True)
class Return:
    """The figures of a pack's period; `open_at_end` are those received and not closed by then.

    `over` counts the law's clocks by name; `redress` sums by action and asset.
    """

    period: str
    pack: str
    title: str
    versions: tuple[str, ...]
    clocks: tuple[dict[str, str], ...]
    received: int
    open_at_end: int
    topics: dict[str, int]
    outcomes: dict[str, int]
    over: dict[str, int]
    extended: int
    appeals: int
    referred: dict[str, int]
    redress: dict[str, str]


def return_of(pack: Pack, rows: Iterable[Row], period: Period) -> Return:
    """The return of a period; a complaint belongs to the pack whose clocks it was given."""
    held = [row for row in rows if any(_name(one) == pack.name for one in row.jurisdictions)]
    received = [row for row in held if row.received_at and period.holds(row.received_at)]
    breaches = [b for row in held for b in row.breaches if b["kind"] == "statutory"]
    return Return(
        period=period.name,
        pack=pack.name,
        title=pack.title,
        versions=_versions(pack, held),
        clocks=_clocks(pack),
        received=len(received),
        open_at_end=sum(_open(row, period) for row in held),
        topics=counted(topic for row in received for topic in row.points or [row.category]),
        outcomes=counted(outcomes(held, period)),
        over=counted(b["clock"] for b in breaches if period.holds(b["due_at"])),
        extended=sum(bool(row.extensions) for row in received),
        appeals=sum(period.holds(appeal["at"]) for row in held for appeal in row.appeals),
        referred=counted(entry["body"] for row in received for entry in row.external),
        redress=_redress(held, period),
    )


def _name(version: str) -> str:
    return version.partition("@")[0]


def _versions(pack: Pack, held: Sequence[Row]) -> tuple[str, ...]:
    found = {one for row in held for one in row.jurisdictions if _name(one) == pack.name}
    return tuple(sorted(found))


def _clocks(pack: Pack) -> tuple[dict[str, str], ...]:
    return tuple(
        {"clock": clock.clock, "budget": str(clock.budget), "source": clock.source}
        | ({"applies": clock.applies} if clock.applies else {})
        for clock in pack.clocks
    )


def _open(row: Row, period: Period) -> bool:
    came = row.received_at is not None and row.received_at < period.end
    return came and (row.closed_at is None or row.closed_at >= period.end)


def _redress(held: Iterable[Row], period: Period) -> dict[str, str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in (entry for row in held for entry in row.redress):
        if entry["at"] and period.holds(entry["at"]):
            sums[f"{entry['action']} {entry['asset']}"] += entry["amount"]
    return {label: f"{total.normalize():f}" for label, total in sorted(sums.items())}
