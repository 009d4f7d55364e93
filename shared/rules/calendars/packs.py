"""Jurisdiction packs: the clocks that the law of a place sets, as data with their sources."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from shared.errors import UsageError
from shared.rules.calendars.budget import Budget

Part = Literal[
    "points", "reasons", "remedies", "language", "precedent", "outside_body", "time_limit"
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackClock(_Part):
    """One deadline of the law, from the receipt on; nothing pauses it.

    `extension` is the last instant a person may put it off to, from the receipt too; `applies` is
    the condition under which alone it holds (`hardship`, `payments`), None for every complaint.
    """

    clock: Literal["acknowledge", "decide", "summary", "holding_reply"]
    budget: Budget
    calendar: str
    statutory: Literal[True] = True
    extension: Budget | None = None
    applies: str | None = None
    source: str


class Pack(_Part):
    """The clocks of one place; what its law names no number for has no clock.

    `decision` are the parts of a decision that the law itself asks for, each with its article.
    `outside_body` is who else may hear the customer, `refer_within` for how long after the letter,
    where the law knows one.
    """

    name: str
    version: str
    title: str
    clocks: tuple[PackClock, ...]
    decision: dict[Part, str] = {}
    outside_body: str | None = None
    refer_within: Budget | None = None

    def clocks_of(self, conditions: Collection[str] = ()) -> tuple[PackClock, ...]:
        """The clocks of a complaint, one of each name: one for its case before the general one."""
        general = {clock.clock: clock for clock in self.clocks if clock.applies is None}
        of_case = {clock.clock: clock for clock in self.clocks if clock.applies in conditions}
        return tuple((general | of_case).values())


@cache
def pack(name: str) -> Pack:
    """The pack of that name.

    Raises:
        UsageError: there is no such pack.
    """
    if name not in packs():
        raise UsageError(f"there is no pack {name!r}; the packs are {', '.join(packs())}")
    text = files("shared.rules").joinpath("packs", f"{name}.yaml").read_text("utf-8")
    return Pack.model_validate({"name": name, **yaml.load(text, Loader=yaml.CSafeLoader)})


@cache
def packs() -> tuple[str, ...]:
    """The names of all packs."""
    found = [file.name for file in files("shared.rules").joinpath("packs").iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))
