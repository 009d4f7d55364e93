"""The table of conclusions: what follows from a finding, and when a person is needed."""

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
    """The whole table as it stands in data, with its version."""

    version: str
    findings: dict[str, Conclusion]
    person: Person
    contradicting: tuple[str, ...]
    tasks: dict[Category, str]

    def of(self, finding: str, remedy: str, details: Mapping[str, object]) -> Conclusion | None:
        """What follows without a person; None where one is needed."""
        worries = any(details.get(name) is value for name, value in self.person.details.items())
        if worries or remedy in self.person.remedies:
            return None
        return self.findings.get(finding)


def _load() -> Conclusions:
    text = files("services.investigation.data").joinpath("conclusions.yaml").read_text("utf-8")
    return TypeAdapter(Conclusions).validate_python(yaml.safe_load(text))


CONCLUSIONS = _load()
