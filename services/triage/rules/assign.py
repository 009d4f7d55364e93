"""Who can take a case: team by category, then language, level and load."""

from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from shared.events.base import Category, Priority


class Person(BaseModel):
    """Somebody who solves cases; `level` 2 also hears appeals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    level: int
    teams: frozenset[str]
    languages: frozenset[str]


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
