"""What the standings of the stages mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.events.base import Lane
from shared.pipeline import LANES, ROWS

Verdict = Literal["well", "slow", "late", "stopped"]
STEPS_S = (10, 60, 300, 900, 3600, 21_600, 86_400)
"""A wait is told by the longest of these that it surely exceeds."""
SLOW_S, LATE_S = 60, 300
"""The promise to a customer (deploy/objectives.yaml), and when the doctor calls a stage ill."""
WORST: tuple[Verdict, ...] = ("stopped", "late", "slow", "well")


@dataclass(frozen=True)
class Facts:
    """One stage and lane: consumers, unread records, their longest wait, events of an hour."""

    members: int
    unread: int
    waited_s: int
    hour: int


@dataclass(frozen=True)
class Row:
    """A line of the page; `serve` is the command that starts what is missing."""

    stage: str
    lane: Lane
    facts: Facts
    verdict: Verdict
    serve: str


@dataclass(frozen=True)
class Health:
    """Every stage at an instant; `dead` counts the dead letters of a day by stage."""

    at: datetime
    rows: tuple[Row, ...]
    dead: Mapping[str, int]

    @property
    def verdict(self) -> Verdict:
        """That of the stage which is worst off."""
        return min((row.verdict for row in self.rows), key=WORST.index)


def health_of(
    facts: Mapping[tuple[str, Lane], Facts], dead: Mapping[str, int], at: datetime
) -> Health:
    """All stages in the order of the pipeline; `at` is when the facts were asked for, UTC."""
    rows = tuple(
        Row(
            row.name,
            lane,
            found := facts[row.name, lane],
            verdict_of(found),
            _serve(row.service, lane),
        )
        for row in ROWS
        for lane in LANES
    )
    return Health(at, rows, {name: count for name, count in dead.items() if count})


def verdict_of(facts: Facts) -> Verdict:
    """Nobody reads is worse than late, however little waits: the next complaint would stand."""
    if not facts.members:
        return "stopped"
    if facts.waited_s >= LATE_S:
        return "late"
    return "slow" if facts.waited_s >= SLOW_S else "well"


def _serve(service: str, lane: Lane) -> str:
    return f"redress serve {service if lane == 'normal' else 'all'} --lane {lane}"
