"""A section of the report: a title, what was done, a table, what was promised."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

Row = Sequence[str]


@dataclass
class Section:
    """`faults` are the promises that were not held, as sentences."""

    title: str
    told: str
    heads: Row
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def demand(self, *, held: bool, otherwise: str) -> None:
        """Note a promise that was not held."""
        if not held:
            self.faults.append(otherwise)

    def markdown(self) -> str:
        """The section as Markdown."""
        table = [self.heads, ["---"] * len(self.heads), *self.rows]
        lines = [f"| {' | '.join(row)} |" for row in table]
        missed = [f"- **Not met:** {fault}" for fault in self.faults]
        return "\n".join([f"## {self.title}", "", self.told, "", *lines, "", *missed, ""])


class Load:
    """How busy the whole machine was, in cores."""

    cores = 0.0


@contextmanager
def machine_load() -> Iterator[Load]:
    """Measures over the block; read `cores` behind it."""
    load, before, began = Load(), psutil.cpu_times(), time.monotonic()
    yield load
    after = psutil.cpu_times()
    busy = sum(after) - sum(before) - (after.idle - before.idle)
    load.cores = max(0.0, busy / (time.monotonic() - began))


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
