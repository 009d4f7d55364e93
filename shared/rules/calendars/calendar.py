"""Business calendars: a zone, its hours and its holidays, as dated data that never changes.

A file of `data/` is one version of one calendar. Holidays that are published later come as a new
file; a deadline that was counted on the old one can still be counted again, to the same instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import UsageError

DAY = timedelta(days=1)
MIDNIGHT = time()
Weekday = Annotated[int, Field(ge=0, le=6)]


class Calendar(BaseModel):
    """When somebody works; `weekdays` count from Monday, 0, and midnight closes the day it ends.

    Beyond the years of its holidays a calendar knows weekends only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    source: str
    zone: str
    opens: time = MIDNIGHT
    closes: time = MIDNIGHT
    weekdays: frozenset[Weekday] = Field(default=frozenset(range(7)), min_length=1)
    holidays: frozenset[date] = frozenset()
    always: bool = False

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes != MIDNIGHT:
            raise ValueError("a working day closes after it opens, on the same day")
        return self

    @cached_property
    def _local(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def day(self, instant: datetime) -> date:
        """The day it is here at an instant."""
        return instant.astimezone(self._local).date()

    def end(self, day: date) -> datetime:
        """The instant at which a day ends here, in UTC."""
        return self._at(day + DAY, MIDNIGHT)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """From when to when a business day is worked, in UTC."""
        closes = self.end(day) if self.closes == MIDNIGHT else self._at(day, self.closes)
        return self._at(day, self.opens), closes

    def business_days(self, day: date) -> Iterator[date]:
        """The business days from `day` on."""
        while True:
            if self.always or (day.weekday() in self.weekdays and day not in self.holidays):
                yield day
            day += DAY

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self._local).astimezone(UTC)


@cache
def calendar(name: str) -> Calendar:
    """The last version of a calendar, or the one named as `name@version`.

    Raises:
        UsageError: there is no such calendar.
    """
    wanted, _, version = name.partition("@")
    found = [known for known in _published() if wanted == known[0] and version in ("", known[1])]
    if not found:
        known = ", ".join(calendars())
        raise UsageError(f"there is no calendar {name!r}; the calendars are {known}")
    return _read(*max(found))


def calendars() -> tuple[str, ...]:
    """The names of all calendars."""
    return tuple(sorted({name for name, _ in _published()}))


@cache
def _published() -> frozenset[tuple[str, str]]:
    """The name and the version of each file: `gb.2026-11-22.yaml`."""
    names = [file.name.split(".") for file in files(__package__).joinpath("data").iterdir()]
    return frozenset((parts[0], parts[1]) for parts in names if parts[2:] == ["yaml"])


def _read(name: str, version: str) -> Calendar:
    text = files(__package__).joinpath("data", f"{name}.{version}.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    # The file names each holiday for those who check it; counting needs the dates alone.
    holidays = frozenset(content.get("holidays", ()))
    return Calendar.model_validate(
        {**content, "name": name, "version": version, "holidays": holidays}
    )
