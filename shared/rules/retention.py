"""For how long a complaint is kept: the longest term of the places whose law holds for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FEBRUARY, LEAP_DAY = 2, 29


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Part):
    """How many years a pack's records are kept, from what, and where that is written.

    `applies` is the condition under which alone it holds; None for every complaint.
    """

    pack: str
    years: int = Field(ge=1)
    starts: Literal["received", "closed"]
    since: date
    applies: str | None = None
    source: str


class Retention(_Part):
    """The table as it stands in `data/retention.yaml`, with its version."""

    version: str
    terms: tuple[Term, ...]


class Kept(_Part):
    """The last day (UTC) on which a complaint is kept, and the term that says so."""

    until: date
    term: Term


def _load() -> Retention:
    text = files("shared.rules").joinpath("data", "retention.yaml").read_text("utf-8")
    return Retention.model_validate(yaml.safe_load(text))


RETENTION = _load()


def terms_of(
    pack: str, on: date, conditions: Collection[str] = (), table: Retention = RETENTION
) -> tuple[Term, ...]:
    """The terms of a pack that are in force on a day: of each condition that holds, the newest."""
    found: dict[str | None, Term] = {}
    for term in sorted(table.terms, key=lambda term: term.since):
        holds = term.applies is None or term.applies in conditions
        if term.pack == pack and term.since <= on and holds:
            found[term.applies] = term
    return tuple(found.values())


def kept(received: datetime, closed: datetime, terms: Iterable[Term]) -> Kept | None:
    """Until when a closed complaint is kept; None where no term is known."""
    starts = {"received": received, "closed": closed}
    found = [Kept(until=_later(starts[term.starts], term.years), term=term) for term in terms]
    return max(found, key=lambda one: one.until, default=None)


def _later(start: datetime, years: int) -> date:
    day = start.astimezone(UTC).date()
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY):
        day = date(day.year, 3, 1)  # the later day, where the year has no other
    return day.replace(year=day.year + years)
