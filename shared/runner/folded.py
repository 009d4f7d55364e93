"""What folding takes and what it gives: records, tools, and what came of a complaint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.decider import Decider
from shared.envelope import Envelope
from shared.events.base import Lane, LaneRaised
from shared.pipeline import Stage
from shared.policy import Policy
from shared.runner.handover import Handed
from shared.runner.ports import Document, Output, Trigger, Waiting


@dataclass(frozen=True, slots=True)
class Incoming:
    """One decoded record. `by_id`: redriven after a dead letter, compared by id, not by `seen`."""

    envelope: Envelope
    value: bytes
    trigger: Trigger
    by_id: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How much may wait in a document, the rest beside it, and how much one redrive takes."""

    records: int = 200
    waiting_bytes: int = 1_000_000
    redriven_bytes: int = 500_000


ROOM = Room()


@dataclass(frozen=True, slots=True)
class Tools:
    """What folding may use: the stage's rules, the instant, the policy, this consumer's lane.

    `droppable` says of a stored output's trigger that its offset is committed by this consumer.
    `pile` is a name never used before, for what waits outside a document.
    """

    stage: Stage
    decider: Decider[Any]
    lane_raised: type[LaneRaised]
    policy: Policy
    lane: Lane
    now: datetime
    droppable: Callable[[Trigger], bool]
    room: Room
    pile: str


@dataclass(slots=True)
class Held:
    """What a redrive folds: the queue, in order; `rest` stays in the document behind it.

    `more` records wait behind the queue; `overflow`: some of them on that pile;
    `spilled` are those of the queue that came from there.
    """

    queue: list[tuple[Waiting, Incoming]] = field(default_factory=list)
    rest: list[Waiting] = field(default_factory=list)
    more: bool = False
    overflow: str = ""
    spilled: list[Waiting] = field(default_factory=list)


@dataclass(slots=True)
class Folded:
    """What came of one complaint's records.

    `fresh` are the events just made; `publish` also what earlier batches left. `applied`
    went through the rules, `raised` made a rule fail, `parked_again` is what parked it before, come
    anew. `passed_on` belongs to the express lane; `spilled` goes onto the document's pile in
    `<stage>_waiting`, `unspilled` away from `pile`, which it had before. `handed` is due work for
    this process's worker, leased by the write.
    """

    document: Document
    pile: str
    changed: bool = False
    publish: list[Output] = field(default_factory=list)
    fresh: list[Output] = field(default_factory=list)
    passed_on: list[Incoming] = field(default_factory=list)
    spilled: list[Waiting] = field(default_factory=list)
    unspilled: list[Waiting] = field(default_factory=list)
    applied: list[Incoming] = field(default_factory=list)
    duplicates: int = 0
    redrive_again: bool = False
    parked_again: list[Incoming] = field(default_factory=list)
    raised: list[tuple[Incoming, Exception]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
