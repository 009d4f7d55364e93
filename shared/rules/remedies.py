"""The table of remedies: of which kind each is, what it takes at the exchange, who must agree."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "restore",
    "credit",
    "refund",
    "compensation",
    "fix",
    "product_change",
    "explanation",
    "goodwill",
    "next_step",
]
Take = Literal["credit", "compensate", "delay", "goodwill", "freeze", "unfreeze"]
PAID: frozenset[Take] = frozenset({"credit", "compensate", "delay"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RemedyRow(_Part):
    """One remedy; `takes` are its steps at the exchange, `people` must agree whatever it costs."""

    kind: Kind
    takes: tuple[Take, ...] = ()
    people: int = Field(default=0, ge=0, le=2)

    @property
    def pays(self) -> bool:
        """Whether it always moves money, so that it must say to whom, how much and what for."""
        return not PAID.isdisjoint(self.takes)


class Remedies(_Part):
    """The table as it stands in data, with its version."""

    version: str
    remedies: dict[str, RemedyRow]


def _load() -> Remedies:
    text = files("shared.rules").joinpath("data", "remedies.yaml").read_text("utf-8")
    return Remedies.model_validate(yaml.safe_load(text))


REMEDIES = _load().remedies


def known_remedy(code: str) -> str:
    """The code of a remedy of the table. Raises ValueError where it is none."""
    if code not in REMEDIES:
        raise ValueError("no such remedy")
    return code
