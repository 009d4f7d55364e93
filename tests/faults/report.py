"""What the cases came to: a table for people, printed and written as Markdown."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "REDRESS_REPORTS"  # the environment's name for where reports go
DEFAULT = Path(__file__).parents[2] / "reports"
HEAD = ("row", "fault", "complaints", "kills", "cuts", "seconds", "violations")
WRONG = ("negative control", "caught by")


@dataclass
class Entry:
    """One case of the fault matrix."""

    row: str
    name: str
    complaints: int = 0
    kills: int = 0
    cuts: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    failed: bool = True

    def cells(self) -> tuple[str, ...]:
        """As a line of the table."""
        counts = str(self.complaints), str(self.kills), str(self.cuts), f"{self.seconds:.0f}"
        wrong = str(len(self.violations)) + (" (failed)" if self.failed else "")
        return self.row, self.name, *counts, wrong


@dataclass
class Report:
    """A session's cases and controls. `seed` makes its choices again."""

    seed: str
    cases: list[Entry] = field(default_factory=list)
    controls: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def case(self, row: str, name: str) -> Iterator[Entry]:
        """Note a case, how long it takes, and whether it fails."""
        entry = Entry(row, name)
        self.cases.append(entry)
        started = time.monotonic()
        print(f"case {row}, {name}: REDRESS_SEED={self.seed}")  # noqa: T201 - pytest shows it where the case fails
        try:
            yield entry
            entry.failed = bool(entry.violations)
        finally:
            entry.seconds = time.monotonic() - started

    def control(self, name: str, caught: Collection[str]) -> None:
        """Note which invariants found a wrong runner out."""
        self.controls[name] = sorted(caught)

    def markdown(self) -> str:
        """The whole report."""
        ordered = sorted(self.cases, key=lambda case: (_number(case.row), case.name))
        lines = [
            "# Fault report",
            "",
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {self.seed}, load {_load()}",
            "",
            *_table(HEAD, [case.cells() for case in ordered]),
            "",
            self.totals(),
        ]
        if self.controls:
            rows = [(name, ", ".join(c) or "nothing") for name, c in sorted(self.controls.items())]
            lines += ["", *_table(WRONG, rows)]
        return "\n".join(lines) + "\n"

    def totals(self) -> str:
        """In one line."""
        kills, cuts = (sum(getattr(c, name) for c in self.cases) for name in ("kills", "cuts"))
        complaints = sum(case.complaints for case in self.cases)
        violations = sum(len(case.violations) for case in self.cases)
        failed = sum(case.failed for case in self.cases)
        return (
            f"{len(self.cases)} cases, {failed} failed; {complaints} complaints, {kills} kills, "
            f"{cuts} cuts, {violations} violations"
        )

    def write(self) -> Path:
        """Write it into the folder of reports; returns the file."""
        folder = Path(os.environ.get(FOLDER) or DEFAULT)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "faults.md"
        file.write_text(self.markdown(), "utf-8")
        return file


def _number(row: str) -> int:
    digits = "".join(c for c in row.split("-", maxsplit=1)[0] if c.isdigit())
    return int(digits or 0)


def _load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
