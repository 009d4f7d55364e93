"""The runner's ports in memory: they pass the same suites as MongoDB and Kafka."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.decider import State
from shared.events.base import DueItem, Lane
from shared.events.personal import DataKey
from shared.reference import reference_of
from shared.runner.due import lease_id
from shared.runner.mongo_rows import unwritable
from shared.runner.ports import (
    Document,
    InputRow,
    Lease,
    PoisonDocumentsError,
    Record,
    Row,
    Waiting,
)

Now = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class InMemoryStore:
    """A stage's collections in dictionaries; states are kept as plain JSON values."""

    now: Now = _now
    documents: dict[str, Document] = field(default_factory=dict)
    history: dict[str, Row] = field(default_factory=dict)
    waiting: dict[str, list[Waiting]] = field(default_factory=dict)
    leases: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)

    async def find(self, ids: Sequence[str]) -> dict[str, Document]:
        """Read documents by complaint."""
        found = {id_: copy.deepcopy(self.documents[id_]) for id_ in ids if id_ in self.documents}
        for (id_, name), (until, _) in self.leases.items():
            if id_ in found:
                found[id_].leased = {**found[id_].leased, name: until}
        return found

    async def by_reference(self, reference: str) -> str | None:
        """The complaint with that reference."""
        return next((id_ for id_ in self.documents if reference_of(id_) == reference), None)

    async def write(self, documents: Sequence[Document]) -> set[str]:
        """Write all, guarded by `rev`; returns what lost a race."""
        poison, doubt = unwritable(documents), set()
        if poison:
            raise PoisonDocumentsError(poison)
        for document in documents:
            there = self.documents.get(document.id)
            if (there.rev if there else 0) != document.rev - 1:
                doubt.add(document.id)
                continue
            state: State = document.state
            for name, until in document.leasing.items():
                self.leases[document.id, name] = until, 1
            live = {lease_id(item.key, item.event) for item in state.due.values()}
            for name in document.leased.keys() - live:
                self.leases.pop((document.id, name), None)
            kept = replace(document, state=state.model_dump(mode="json"), leased={}, leasing={})
            self.documents[document.id] = copy.deepcopy(kept)
        return doubt

    async def append(self, rows: Sequence[Row]) -> None:
        """Insert projection rows; those that are there already stay."""
        for row in rows:
            self.history.setdefault(row.id, row)

    async def spill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Keep waiting records that no longer fit into the document."""
        there = self.waiting.setdefault(pile, [])
        there += [w for w in waiting if w not in there]

    async def spilled(self, pile: str) -> list[Waiting]:
        """The oldest records of a pile, as many as one redrive folds."""
        return self.waiting.get(pile, [])[:200]

    async def unspill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Forget spilled records that were folded."""
        there = self.waiting.get(pile, [])
        self.waiting[pile] = [w for w in there if w not in waiting]

    async def claim(self, most: int, lease_s: float, lanes: Sequence[Lane]) -> list[Lease]:
        """Lease due items, express first."""
        claimed: list[Lease] = []
        ordered = sorted(self.documents.values(), key=lambda d: (d.lane, d.id))
        for document in (d for d in ordered if d.lane in lanes):
            claimed += self._claim(document, lease_s)
        return claimed[:most]

    def _claim(self, document: Document, lease_s: float) -> list[Lease]:
        due = {k: DueItem.model_validate(v) for k, v in document.state["due"].items()}
        leases = []
        for key, item in due.items():
            name = lease_id(key, item.event)
            until, attempts = self.leases.get((document.id, name), (item.at, 0))
            if max(until, item.at) <= self.now() and item.after not in due:
                leases.append(Lease(document.id, key, attempts, name, document.state))
                held = self.now() + timedelta(seconds=lease_s)
                self.leases[document.id, name] = held, attempts + 1
        return leases

    def lease_end(self, lease_s: float) -> datetime | None:
        """When a lease taken now ends."""
        return self.now() + timedelta(seconds=lease_s)

    async def release(self, leases: Sequence[Lease], wait_s: Mapping[Lease, float]) -> None:
        """Give items back that nobody claimed since, to be tried again after a wait in seconds."""
        for lease in leases:
            _, attempts = self.leases.get((lease.complaint, lease.name), (None, 0))
            if attempts == lease.attempts + 1:
                until = self.now() + timedelta(seconds=wait_s[lease])
                self.leases[lease.complaint, lease.name] = until, attempts


@dataclass
class InMemoryInputs:
    """What the door accepted, in a dictionary."""

    now: Now = _now
    rows: dict[str, InputRow] = field(default_factory=dict)

    async def get(self, id_: str) -> InputRow | None:
        """Read one input."""
        return self.rows.get(id_)

    async def insert(self, row: InputRow) -> InputRow | None:
        """Store a new input; returns the row that was there already, if any."""
        there = self.rows.setdefault(row.id, row)
        return None if there is row else there

    async def replace(self, old: InputRow, row: InputRow) -> InputRow | None:
        """Put `row` in the place of `old`; returns the row of somebody faster, if any."""
        there = self.rows[old.id]
        if there.event_id != old.event_id:
            return there
        self.rows[row.id] = row
        return None

    async def unsent(self, most: int, older_s: float) -> list[InputRow]:
        """Inputs that were never produced, oldest first."""
        before = self.now() - timedelta(seconds=older_s)
        old = [r for r in self.rows.values() if not r.sent and r.accepted_at <= before]
        return sorted(old, key=lambda r: r.accepted_at)[:most]

    async def sent(self, rows: Sequence[InputRow]) -> None:
        """Mark inputs as produced; a row that took the place of one of them stays unsent."""
        for row in rows:
            there = self.rows[row.id]
            if there.event_id == row.event_id:
                self.rows[row.id] = replace(there, sent=True)


@dataclass
class InMemoryLog:
    """Everything that was produced, in order."""

    records: list[Record] = field(default_factory=list)

    async def publish(self, records: Sequence[Record]) -> None:
        """Produce in order."""
        self.records += records


@dataclass
class InMemoryKeyStore:
    """Keys that are gone with the process."""

    keys: dict[str, DataKey] = field(default_factory=dict)

    async def create(self, kid: str) -> DataKey:
        """Make a key, or return the one that exists."""
        return self.keys.setdefault(kid, DataKey(kid, os.urandom(32)))

    async def fetch(self, kids: Sequence[str]) -> dict[str, DataKey]:
        """Read keys; an unknown one does not come back."""
        return {kid: self.keys[kid] for kid in kids if kid in self.keys}

    async def destroy(self, kid: str) -> None:
        """Keep the name without the secret."""
        self.keys[kid] = DataKey(kid, None)

    async def discard(self, kid: str) -> None:
        """Remove a key."""
        self.keys.pop(kid, None)


@dataclass
class Fetched:
    """A consumed record, as far as the runner looks at it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, Any]] = ()
    timestamp: int = 0
