"""A report as text and as JSON; the same figures give the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from shared.report.counting import Figures
from shared.report.suppression import SMALL

LEFT_OUT = f"under {SMALL}"
Places = Mapping[str, str]  # topic/partition -> first..last offset


def as_json(figures: Sequence[Figures], places: Places) -> str:
    """The figures of a period, of the one before where it is given, and where they are from."""
    told = [asdict(one) for one in figures]
    content = {"figures": told[0], "before": told[1] if told[1:] else None, "log": dict(places)}
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False)


def as_text(figures: Sequence[Figures], places: Places) -> str:
    """The same for people."""
    return "\n".join(_lines(figures, places))


def _lines(figures: Sequence[Figures], places: Places) -> Iterator[str]:
    now, before = figures[0], figures[1] if figures[1:] else None
    yield f"Complaints, {now.period}"
    yield from _table("", now.totals, before.totals if before else None)
    for name, cells in now.tables.items():
        yield from _table(name, cells, before.tables[name] if before else None)
    yield from _rows("seconds: median, 95th percentile", _percentiles(now))
    yield from _rows("redress", {k: v or LEFT_OUT for k, v in now.redress.items()})
    if now.frequent:
        yield from _rows("an article may answer", dict.fromkeys(now.frequent, ""))
    yield from _rows("policies", dict.fromkeys(now.policies, ""))
    yield from _rows("counted from", places)


def _percentiles(figures: Figures) -> dict[str, str]:
    return {step: ", ".join(map(_shown, ranks.values())) for step, ranks in figures.steps.items()}


def _table(
    name: str, cells: Mapping[str, int | None], before: Mapping[str, int | None] | None
) -> Iterator[str]:
    labels = sorted({*cells, *(before or {})}) if name else list(cells)
    rows = {}
    for label in labels:
        then = f"   before: {_shown(before.get(label, 0))}" if before is not None else ""
        rows[label] = _shown(cells.get(label, 0)) + then
    return _rows(name, rows)


def _rows(name: str, rows: Mapping[str, str]) -> Iterator[str]:
    if name:
        yield f"\n{name}"
    for label, value in rows.items():
        yield f"  {label:34}{value}".rstrip()


def _shown(count: int | None) -> str:
    return LEFT_OUT if count is None else f"{count:,}"
