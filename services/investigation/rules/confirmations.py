"""How many confirmations a network asked for on a day, and how soon to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from operator import attrgetter
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Requirement:
    """One network's rule: `required` confirmations, a new look every `recheck_seconds`."""

    since: date
    required: int
    recheck_seconds: int


def _load() -> Mapping[str, list[Requirement]]:
    text = files("services.investigation.data").joinpath("confirmations.yaml").read_text("utf-8")
    rows = yaml.safe_load(text)["chains"]
    return MappingProxyType(TypeAdapter(dict[str, list[Requirement]]).validate_python(rows))


REQUIREMENTS = _load()


def requirement(chain: str, day: date) -> Requirement | None:
    """The rule in force for `chain` on `day`; None where there was none."""
    in_force = [row for row in REQUIREMENTS.get(chain, ()) if row.since <= day]
    return max(in_force, key=attrgetter("since"), default=None)
