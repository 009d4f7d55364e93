"""The continuous analysis of complaints by Delegated Regulation (EU) 2025/294 Art. 8. Pure.

For the function's head and the management body (Art. 2): nothing is left out, unlike in the public
report. Complaints belong to the period that they were received in, decisions to their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.report.period import Period
from shared.report.register.row import Row

CLOCKS = {
    "acknowledge": ("acknowledge",),
    "investigate": ("first_action", "resolution"),
    "respond": ("decide",),
}
"""The clocks whose breach is a step over its maximum: the law's, and between them our own."""


@dataclass(frozen=True)
class Step:
    """One step: how many complaints reached its end, after how many seconds on average.

    `over` are the complaints whose maximum for the step went by.
    """

    complaints: int
    average_s: int | None
    over: int


@dataclass(frozen=True)
class Analysis:
    """Art. 8 (a) and (b): `steps` and `received`; (c): `topics`; (d): `outcomes`."""

    period: str
    received: int
    steps: dict[str, Step]
    topics: dict[str, int]
    outcomes: dict[str, int]


def analysis(rows: Iterable[Row], period: Period) -> Analysis:
    """The analysis of a period."""
    held = list(rows)
    received = [row for row in held if row.received_at and period.holds(row.received_at)]
    return Analysis(
        period=period.name,
        received=len(received),
        steps={name: _step(name, received) for name in CLOCKS},
        topics=counted(topic for row in received for topic in row.points or [row.category]),
        outcomes=counted(outcomes(held, period)),
    )


def outcomes(rows: Iterable[Row], period: Period) -> list[str]:
    """The outcomes of what was decided, withdrawn or not admitted in a period."""
    made = [d["outcome"] for row in rows for d in row.decisions if period.holds(d["at"])]
    ended = [row for row in rows if row.closed_at and period.holds(row.closed_at)]
    return made + ["withdrawn" for row in ended if row.decision == "withdrawn"]


def counted(labels: Iterable[str]) -> dict[str, int]:
    """How often each label stands, in the order of the labels."""
    return dict(sorted(Counter(label or "not_known_yet" for label in labels).items()))


def _step(name: str, received: Sequence[Row]) -> Step:
    took = [taken for row in received if (taken := _seconds(*_ends(name, row))) is not None]
    over = (row for row in received if any(b["clock"] in CLOCKS[name] for b in row.breaches))
    average = round(sum(took) / len(took)) if took else None
    return Step(len(took), average, sum(1 for _ in over))


def _ends(name: str, row: Row) -> tuple[datetime | None, datetime | None]:
    if name == "acknowledge":
        return row.received_at, row.acknowledged_at
    if name == "investigate":
        return row.received_at, row.proposed_at
    return row.received_at, row.answered_at or row.decided_at


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if since and until else None
