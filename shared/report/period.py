"""The period of a report: a quarter or a month, in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.errors import UsageError

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Period:
    """From `start` on, before `end`."""

    name: str
    start: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= instant < self.end

    def before(self) -> "Period":
        """The period of the same length before it."""
        months = _months(self.end) - _months(self.start)
        first = _months(self.start) - months
        name = f"{first // 12}-{first % 12 + 1:02}" if months == 1 else "the quarter before"
        return Period(name, _first(first), self.start)


def quarter(text: str) -> Period:
    """The quarter of a text like 2026-Q4. Raises UsageError."""
    found = _QUARTER.fullmatch(text)
    if found is None:
        raise UsageError("--quarter takes a quarter, for example 2026-Q4")
    first = int(found[1]) * 12 + (int(found[2]) - 1) * 3
    return Period(text, _first(first), _first(first + 3))


def month(text: str) -> Period:
    """The month of a text like 2026-11. Raises UsageError."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise UsageError("--month takes a month, for example 2026-11")
    first = int(found[1]) * 12 + int(found[2]) - 1
    return Period(text, _first(first), _first(first + 1))


def _months(instant: datetime) -> int:
    return instant.year * 12 + instant.month - 1


def _first(months: int) -> datetime:
    try:
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
    except ValueError:
        raise UsageError("no calendar has that year") from None
