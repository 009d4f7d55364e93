"""What the runner needs from the world; MongoDB, Kafka and memory provide it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from shared.errors import RedressError
from shared.events.base import Lane
from shared.events.personal import DataKey

if TYPE_CHECKING:
    from shared.envelope import Envelope


class Trigger(NamedTuple):
    """The record that caused an output: redelivered, it has the output published again."""

    group: str
    topic: str
    partition: int
    offset: int


@dataclass(slots=True)
class Output:
    """An event that is stored with the document until its trigger's offset is committed.

    `envelope` is what `value` says, where it has just been made.
    """

    sequence: int
    topic: str
    value: bytes
    trigger: Trigger
    envelope: Envelope | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Waiting:
    """A record behind a parked one, with all it takes to fold it later."""

    topic: str
    partition: int
    offset: int
    value: bytes
    by_id: bool = False


@dataclass(slots=True)
class Document:
    """One complaint in one stage: `state` is the fold of its own events, the rest is the run.

    `seen` holds the highest sequence applied by source and lane, `ids` the last inputs,
    `prevhash` the hash of the last own event. `rev` 0 means: not stored yet. `overflow` names
    the pile in `<stage>_waiting` where more records wait, younger than those in `waiting`: what a
    write that lost its race spilled lies on a pile that no document names. `leased` are the leases
    that the stored document holds, each with its end; `leasing` those that the next write adds.
    """

    id: str
    state: Any
    lane: Lane = "normal"
    rev: int = 0
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    prevhash: str = ""
    parked: str | None = None
    waiting: list[Waiting] = field(default_factory=list)
    overflow: str = ""
    leased: Mapping[str, datetime] = field(default_factory=dict)
    leasing: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a projection; writing it twice changes nothing."""

    id: str
    fields: Mapping[str, Any]


class HistoryIndex(NamedTuple):
    """Fields of `<stage>_history`; rows of other event types than `types` cost it nothing."""

    fields: tuple[str, ...]
    types: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Changes with the types, since a store keeps one index under a name."""
        digest = hashlib.sha256("|".join(self.types).encode()).hexdigest()[:8]
        return "_".join((*self.fields, digest))


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed item of due work, how often it was tried before, and the lease's own name.

    `state` is the document's, still raw, as it was when the item was claimed.
    """

    complaint: str
    key: str
    attempts: int
    name: str
    state: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input as the door stored it; `sent` once it was produced."""

    id: str
    event_id: str
    complaint: str
    lane: Lane
    value: bytes
    fingerprint: str
    answer: dict[str, Any]
    accepted_at: datetime
    sent: bool = False


class PoisonDocumentsError(RedressError):
    """Documents that the store can never hold: complaint -> slug of the reason."""

    slug = "poison_document"

    def __init__(self, slugs: dict[str, str]) -> None:
        super().__init__(self.slug)
        self.slugs = slugs


class Store(Protocol):
    """A stage's collections. Every method raises TransientError while the store is away."""

    async def find(self, ids: Sequence[str]) -> dict[str, Document]:
        """Read documents by complaint (majority)."""

    async def by_reference(self, reference: str) -> str | None:
        """The complaint with that reference."""

    async def write(self, documents: Sequence[Document]) -> set[str]:
        """Write all in one flush, guarded by `rev`; returns the complaints left in doubt.

        Raises PoisonDocumentsError for those that can never be written, and writes none.
        """

    async def append(self, rows: Sequence[Row]) -> None:
        """Insert projection rows; those that are there already stay."""

    async def spill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Keep waiting records that no longer fit into the document."""

    async def spilled(self, pile: str) -> list[Waiting]:
        """The oldest records of a pile, as many as one redrive folds."""

    async def unspill(self, pile: str, waiting: Sequence[Waiting]) -> None:
        """Forget spilled records that were folded."""

    async def claim(self, most: int, lease_s: float, lanes: Sequence[Lane]) -> list[Lease]:
        """Lease due items, express first, on the store's own clock."""

    def lease_end(self, lease_s: float) -> datetime | None:
        """When a lease taken now ends on the store's clock; None before that clock is known."""

    async def release(self, leases: Sequence[Lease], wait_s: Mapping[Lease, float]) -> None:
        """Give items back that nobody claimed since, to be tried again after a wait in seconds."""


class Inputs(Protocol):
    """A stage's `<stage>_inputs`: what the door accepted. Raises TransientError while away."""

    async def get(self, id_: str) -> InputRow | None:
        """Read one input."""

    async def insert(self, row: InputRow) -> InputRow | None:
        """Store a new input; returns the row that was there already, if any."""

    async def replace(self, old: InputRow, row: InputRow) -> InputRow | None:
        """Put `row` in the place of `old`; returns the row of somebody faster, if any."""

    async def unsent(self, most: int, older_s: float) -> list[InputRow]:
        """Inputs that were never produced, oldest first."""

    async def sent(self, rows: Sequence[InputRow]) -> None:
        """Mark inputs as produced; a row that took the place of one of them stays unsent."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record to produce; `partition` None means: by the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int | None = None


class Log(Protocol):
    """The producing side of Kafka."""

    async def publish(self, records: Sequence[Record]) -> None:
        """Produce in order and wait for every acknowledgement. Raises TransientError."""


class KeyStore(Protocol):
    """The complaints' keys, wrapped by the master key. Raises TransientError while away."""

    async def create(self, kid: str) -> DataKey:
        """Make a key, or return the one that exists."""

    async def fetch(self, kids: Sequence[str]) -> dict[str, DataKey]:
        """Read keys; a destroyed one comes back without its secret, an unknown one not at all."""

    async def destroy(self, kid: str) -> None:
        """Make what a key sealed unreadable for good; the key's name stays taken."""

    async def discard(self, kid: str) -> None:
        """Remove a key that nothing in the log was ever sealed with."""
