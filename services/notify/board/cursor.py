"""Places in the order in which the timeline's rows were inserted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

SETTLED_S = 0.5


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the order of insertion."""

    seen_at: datetime
    row: str = ""

    def __str__(self) -> str:
        return f"{int(self.seen_at.timestamp() * 1000)}.{self.row}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The cursor that a client sends back; None for anything else."""
        stamp, _, row = text.partition(".")
        if not stamp.isdecimal() or len(stamp) > 14:  # noqa: PLR2004 - digits of year 5138 in ms
            return None
        return cls(datetime.fromtimestamp(int(stamp) / 1000, UTC), row)

    def later(self, until: datetime) -> dict[str, Any]:
        """The query for the rows behind it that were inserted by `until`."""
        behind = [{"seen_at": self.seen_at, "_id": {"$gt": self.row}}]
        return {"$or": [*behind, {"seen_at": {"$gt": self.seen_at, "$lte": until}}]}


def settled(now: datetime) -> datetime:
    """The latest instant whose rows are all there."""
    return now - timedelta(seconds=SETTLED_S)


def cursor_of(row: Mapping[str, Any]) -> Cursor:
    """The cursor behind a row."""
    return Cursor(row["seen_at"], row["_id"])
