"""What the exchange promised of its liquidations, as it stands in dated data."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import AwareDatetime, TypeAdapter


@dataclass(frozen=True)
class Promise:
    """The rules in force from an instant on: a share of the index price, and seconds."""

    since: AwareDatetime
    max_mark_index_deviation: Decimal
    max_trigger_lag_s: Decimal


@dataclass(frozen=True)
class Promises:
    """The whole table, with its version."""

    version: str
    promises: tuple[Promise, ...]
    quotes: tuple[str, ...]
    smallest: Decimal
    closed_at: dict[str, Literal["index", "crossing"]]

    def at(self, instant: datetime) -> Promise | None:
        """What held at an instant; None before the first promise."""
        held = (promise for promise in self.promises if promise.since <= instant)
        return max(held, key=lambda promise: promise.since, default=None)

    def quote_of(self, symbol: str) -> str | None:
        """The currency that a symbol is quoted in."""
        return next((quote for quote in self.quotes if symbol.upper().endswith(quote)), None)


def _load() -> Promises:
    text = (
        files("services.investigation.data").joinpath("liquidation_rules.yaml").read_text("utf-8")
    )
    return TypeAdapter(Promises).validate_python(yaml.safe_load(text))


PROMISES = _load()
