"""A playbook's sheet of data: its version, its dated rules, and what each finding says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

Detail = str | int | bool | None


class Dated(Protocol):
    """A rule that holds from a day on."""

    @property
    def since(self) -> date:
        """The first day, UTC."""


R = TypeVar("R")
D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Found:
    """A finding with its numbers; `remedy` only where its line's own does not fit."""

    finding: str
    details: Mapping[str, Detail] = field(default_factory=dict)
    remedy: str | None = None


class Rules(BaseModel):
    """Rules in data: frozen, and nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Rules):
    """What is done about a finding, and its sentence for the customer, details in braces."""

    remedy: str
    explanation: str


class Sheet(BaseModel, Generic[R]):
    """The whole of it as it stands in data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    rules: R
    findings: dict[str, Line]

    def remedy(self, found: Found) -> str:
        """What is proposed."""
        return found.remedy or self.findings[found.finding].remedy

    def explanation(self, found: Found) -> str:
        """The sentence; a number that is not known is said to be so."""
        return self.findings[found.finding].explanation.format_map(_Known(found.details))


class _Known(dict[str, Detail]):
    def __missing__(self, _name: str) -> str:
        return "unknown"


def in_force(rows: Iterable[D], day: date) -> D | None:
    """The rule of that day: the latest that had begun; None where there was none."""
    return max((row for row in rows if row.since <= day), key=attrgetter("since"), default=None)


def raw(name: str) -> object:
    """The sheet of that name as it stands in its file."""
    text = files("services.investigation.data").joinpath(f"{name}.yaml").read_text("utf-8")
    return yaml.safe_load(text)
