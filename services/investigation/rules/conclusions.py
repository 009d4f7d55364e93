"""The tables of conclusions: what follows from a finding, and when a person is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import TypeAdapter

from shared.events.base import Category
from shared.events.investigation import RootCause

Outcome = Literal["upheld", "partly_upheld", "rejected", "goodwill"]


@dataclass(frozen=True)
class Conclusion:
    """What a finding means for the complaint."""

    outcome: Outcome
    cause: RootCause
    confidence: float


@dataclass(frozen=True)
class Person:
    """What a rule must not decide alone: remedies that hands carry out, details that worry."""

    remedies: frozenset[str]
    details: dict[str, bool]


@dataclass(frozen=True)
class Conclusions:
    """The table of one playbook as it stands in data, with its version."""

    version: str
    findings: dict[str, Conclusion]
    person: Person
    contradicting: tuple[str, ...] = ()

    def of(self, finding: str, remedy: str, details: Mapping[str, object]) -> Conclusion | None:
        """What follows without a person; None where one is needed."""
        worries = any(details.get(name) is value for name, value in self.person.details.items())
        if worries or remedy in self.person.remedies:
            return None
        return self.findings.get(finding)

    def doubts(self, details: Mapping[str, object]) -> tuple[str, ...]:
        """The details that speak against what was concluded."""
        return tuple(name for name in self.contradicting if details.get(name))


@dataclass(frozen=True)
class Tasks:
    """Why a person is needed where no playbook decides, by category."""

    version: str
    tasks: dict[Category, str]


def _conclusions() -> dict[str, Conclusions]:
    folder = files("services.investigation.data.conclusions")
    tables = (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    read = TypeAdapter(Conclusions).validate_python
    return {
        entry.name.removesuffix(".yaml"): read(yaml.safe_load(entry.read_text("utf-8")))
        for entry in tables
    }


def _tasks() -> Mapping[Category, str]:
    text = files("services.investigation.data").joinpath("tasks.yaml").read_text("utf-8")
    return TypeAdapter(Tasks).validate_python(yaml.safe_load(text)).tasks


CONCLUSIONS: Mapping[str, Conclusions] = _conclusions()
TASKS: Mapping[Category, str] = _tasks()
