"""What triage was told, complaint by complaint, as an export of the log holds it.

Only what its rules look at is decoded. What cannot be read is passed over, as triage did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson

from services.triage.decide import DECIDER
from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError
from shared.audit.records import by_partition
from shared.envelope import MODELS, Envelope, read
from shared.errors import PoisonError
from shared.events.base import Refused
from shared.events.personal import Personal
from shared.pipeline import LANES, STAGES
from shared.runner.decode import header

TRIAGE = STAGES["triage"]
TOLD = frozenset(topic for lane in LANES for topic in TRIAGE.sources(lane))
OWN = frozenset(TRIAGE.topic("events", lane) for lane in LANES)
WANTED = frozenset(model.event_type for model in DECIDER.decide_table)
REFUSALS = frozenset(name for name, model in MODELS.items() if issubclass(model, Refused))


@dataclass(frozen=True, slots=True)
class Told:
    """One record that triage took at `now`; `gave`: an event came of it, `refused`: a refusal."""

    envelope: Envelope
    now: datetime
    gave: bool = False
    refused: bool = False


@dataclass(slots=True)
class Case:
    """Everything that triage was told of one complaint, in order, and the sealed words in it."""

    complaint: str
    told: list[Told]
    sealed: list[Personal]


@dataclass(slots=True)
class _Gave:
    sequence: int
    time: datetime
    refused: bool


@dataclass
class _Partition:
    """One partition of every topic: all of a complaint lies in it."""

    gave: dict[str, _Gave] = field(default_factory=dict)
    told: dict[str, dict[str, tuple[str, Envelope]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    sealed: dict[str, list[Personal]] = field(default_factory=lambda: defaultdict(list))

    def own(self, line: Record) -> None:
        """Note what an input led to, and when."""
        event = orjson.loads(line.value or b"")
        time, refused = datetime.fromisoformat(event["time"]), event["type"] in REFUSALS
        gave = self.gave.setdefault(
            event["causationid"], _Gave(event["sequence"], time, refused=refused)
        )
        gave.refused |= refused

    def take(self, line: Record) -> None:
        """Keep a record that the rules look at; a copy of it is dropped."""
        name = header(line, "ce_type")
        if name and name not in WANTED:
            return
        found: list[Personal] = []
        try:
            envelope = read(line.value or b"", found, name)
        except PoisonError:
            return
        if envelope.type in WANTED:
            self.told[envelope.subject].setdefault(envelope.id, (line.topic, envelope))
            self.sealed[envelope.subject] += found

    def cases(self) -> list[Case]:
        """The complaints of this partition, the records of each in the order triage took them."""
        return [
            Case(complaint, self._ordered(told.values()), self.sealed[complaint])
            for complaint, told in sorted(self.told.items())
        ]

    def _ordered(self, told: Iterable[tuple[str, Envelope]]) -> list[Told]:
        # A record that gave nothing left no instant: it stands at its own, never before what
        # its topic held earlier.
        last: dict[str, tuple[datetime, int]] = {}
        placed = []
        for topic, envelope in told:
            gave = self.gave.get(envelope.id)
            now = gave.time if gave else envelope.time
            place = max((now, gave.sequence if gave else 0), last.get(topic, (now, 0)))
            last[topic] = place
            refused = gave is not None and gave.refused
            placed.append((place, Told(envelope, now, gave=gave is not None, refused=refused)))
        return [told for _, told in sorted(placed, key=lambda pair: pair[0])]


def cases(folder: Path) -> Iterator[list[Case]]:
    """The complaints that triage was told of, a partition at a time.

    Raises UsageError where the folder is no export, BadExportError where a record is missing or
    damaged; hashes and chains are what `redress audit verify` checks.
    """
    for _, records in by_partition(folder, OWN | TOLD):
        yield _read(records).cases()


def _read(records: Iterable[Record]) -> _Partition:
    found = _Partition()
    for record in records:
        take = found.own if record.topic in OWN else found.take
        try:
            take(record)
        except (LookupError, TypeError, ValueError) as error:
            raise BadExportError(f"{record.place}: it cannot be read") from error
    return found
