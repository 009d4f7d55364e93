"""Who can take a case: team by category, then language, level and load."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Category, Priority


class Shift(BaseModel):
    """When somebody works, in UTC: whole hours from `start` until before `end`, on `days`.

    Monday is 0. A shift over midnight belongs to the day it starts on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(default=0, ge=0, le=23)
    end: int = Field(default=24, ge=1, le=24)
    days: frozenset[int] = frozenset(range(7))

    def covers(self, at: datetime) -> bool:
        """Whether it is working time."""
        at = at.astimezone(UTC)
        if self.start < self.end:
            return at.weekday() in self.days and self.start <= at.hour < self.end
        began = at if at.hour >= self.start else at - timedelta(days=1)
        return began.weekday() in self.days and not self.end <= at.hour < self.start


class Person(BaseModel):
    """Somebody who solves cases; `level` 2 also hears appeals.

    `capacity` is how many open cases they take, where it is not the policy's number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    level: int
    teams: frozenset[str]
    languages: frozenset[str]
    shift: Shift = Shift()
    capacity: int | None = None


class Roster(BaseModel):
    """Teams and people, with the version that stands in decisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    teams: dict[Category, str]
    emergency_team: str
    people: tuple[Person, ...]


_text = (files("services.triage") / "data" / "roster.yaml").read_text("utf-8")
ROSTER = Roster.model_validate(yaml.safe_load(_text))
PEOPLE = ROSTER.people


def team_for(category: Category, priority: Priority, emergency: bool) -> str:  # noqa: ARG001 - a roster may come to send P1 elsewhere
    """The team that owns a category; funds in danger always go to security."""
    return ROSTER.emergency_team if emergency else ROSTER.teams[category]


def choose(
    people: Sequence[Person],
    *,
    team: str,
    language: str,
    load: Mapping[str, int],
    excluded: Collection[str],
    level: int,
) -> str | None:
    """The least loaded who fits; the language is a wish, team and level are not.

    Ties go to the lower level, then to the first by id, so that replays agree.
    """
    fit = [p for p in people if team in p.teams and p.level >= level and p.id not in excluded]
    speaking = [p for p in fit if language in p.languages] or fit
    ranked = sorted(speaking, key=lambda p: (p.level, load.get(p.id, 0), p.id))
    return ranked[0].id if ranked else None
