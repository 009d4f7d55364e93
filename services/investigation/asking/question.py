"""What a question needs to be asked, and the shape of its answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from services.investigation.rules.compact import newest
from shared.connectors.exchange import Exchange
from shared.connectors.models import Asset
from shared.connectors.nodes import Nodes
from shared.events.investigation import ClaimedFacts

Answer = dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """The outside, for one batch of questions.

    `earlier` holds, by complaint, the transaction that an older open complaint of the same
    account is about already; `assets` is what was asked about assets so far.
    """

    exchange: Exchange
    nodes: Nodes
    earlier: Mapping[str, Sequence[str]]
    assets: dict[str, Asset | None] = field(default_factory=dict)


# A JSON object; raises TransientError where asking again may help, and Refused.
Question = Callable[[Asking, ClaimedFacts], Awaitable[Answer]]


def rows(found: Sequence[BaseModel]) -> Answer:
    """The newest rows that one piece of evidence can hold, and how many do not fit."""
    every = [row.model_dump(mode="json") for row in found]
    kept = newest(every)
    return {"rows": kept, "left_out": len(every) - len(kept)}
