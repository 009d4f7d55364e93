"""The table of liquidation findings: the remedy and the sentence for the customer of each."""

from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Row:
    """One finding."""

    remedy: str
    explanation: str


@dataclass(frozen=True)
class Words:
    """The whole table as it stands in data, with its version."""

    version: str
    findings: dict[str, Row]

    def remedy(self, finding: str) -> str:
        """What is proposed for a finding."""
        return self.findings[finding].remedy

    def explanation(self, finding: str, price: str | None) -> str:
        """The sentence with the liquidation price in it."""
        return self.findings[finding].explanation.format(price=price or "unknown")


def _load() -> Words:
    text = files("services.investigation.data").joinpath("liquidation.yaml").read_text("utf-8")
    return TypeAdapter(Words).validate_python(yaml.safe_load(text))


LIQUIDATION = _load()
