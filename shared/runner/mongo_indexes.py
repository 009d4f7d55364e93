"""The indexes of a stage as one list: to create them, and to say which are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.runner.away import away
from shared.runner.ports import HistoryIndex

INPUTS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Index:
    """Ascending `fields` of one collection, with the options MongoDB is given."""

    collection: str
    fields: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> list[tuple[str, int]]:
        """The key pattern."""
        return [(name, 1) for name in self.fields]

    @property
    def name(self) -> str:
        """The name given, else MongoDB's own."""
        return str(self.options.get("name") or "_".join(f"{name}_1" for name in self.fields))

    def is_in(self, there: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether an `index_information` has it, with the same key and options."""
        found = there.get(self.name)
        if found is None or list(map(tuple, found["key"])) != self.keys:
            return False
        return all(
            found.get(name) == value for name, value in self.options.items() if name != "name"
        )


def document_indexes(stage: str, more: Sequence[Sequence[str]] = ()) -> list[Index]:
    """Of the stage's documents and of what waits beside them; `more`: what its own queries need."""
    is_due = {"partialFilterExpression": {"run.due_at": {"$exists": True}}}
    return [
        *(Index(stage, tuple(names)) for names in more),
        Index(stage, ("reference",), {"sparse": True}),
        Index(stage, ("run.lane", "run.due_at"), is_due),
        Index(stage, ("run.parked",), {"sparse": True}),
        Index(f"{stage}_waiting", ("pile", "order")),
    ]


def history_indexes(stage: str, wanted: Sequence[HistoryIndex]) -> list[Index]:
    """Of the stage's history; each covers rows of its own event types alone, where it has some."""
    return [
        Index(f"{stage}_history", index.fields, {"name": index.name, **_of_types(index.types)})
        for index in wanted
    ]


def _of_types(types: Sequence[str]) -> dict[str, Any]:
    return {"partialFilterExpression": {"type": {"$in": list(types)}}} if types else {}


def input_indexes(stage: str) -> list[Index]:
    """Of what the stage's door accepted."""
    rows, kept = f"{stage}_inputs", int(INPUTS_KEPT.total_seconds())
    is_unsent = {"name": "unsent", "partialFilterExpression": {"unsent": True}}
    return [
        Index(rows, ("sent_at",), {"expireAfterSeconds": kept}),
        Index(rows, ("accepted_at",), is_unsent),
    ]


async def create(database: Any, indexes: Sequence[Index]) -> None:
    """Create them; a second time changes nothing. Raises TransientError."""
    with away():
        for index in indexes:
            await database[index.collection].create_index(index.keys, **index.options)


async def missing(database: Any, indexes: Sequence[Index]) -> list[Index]:
    """Those that are not there as they should be. Raises TransientError."""
    names = dict.fromkeys(index.collection for index in indexes)
    with away():
        there = {name: await database[name].index_information() for name in names}
    return [index for index in indexes if not index.is_in(there[index.collection])]
