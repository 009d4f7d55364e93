"""The verdict table: each verdict's finding, remedy and sentence for the customer."""

from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Row:
    """One verdict; `remedy` only where its finding's default does not fit."""

    finding: str
    explanation: str
    remedy: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """The whole table as it stands in data, with its version.

    `held`: the ledger's word for why it holds a deposit back, and the verdict that this is.
    """

    version: str
    remedies: dict[str, str]
    verdicts: dict[str, Row]
    held: dict[str, str]

    def remedy(self, verdict: str) -> str:
        """What is proposed for a verdict."""
        row = self.verdicts[verdict]
        return row.remedy or self.remedies[row.finding]


def _load() -> Catalogue:
    text = files("services.investigation.data").joinpath("deposit.yaml").read_text("utf-8")
    return TypeAdapter(Catalogue).validate_python(yaml.safe_load(text))


DEPOSIT = _load()
