"""What a stage knew of a complaint, from the log alone. Pure.

`state` is the fold of the stage's own events. What had been read is told by the committed offsets,
and by the causes that the own events name: of what was handled but not committed yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.audit.replay import fold
from shared.envelope import Envelope, digest, read
from shared.errors import PoisonError, UsageError
from shared.events.base import Lane
from shared.pipeline import LANES, Stage
from shared.restoring.log import Logged, Place
from shared.restoring.parked import Parked, is_redrive
from shared.runner.decode import TOPIC_STAGE
from shared.runner.fold import IDS_REMEMBERED
from shared.runner.ports import Document, Waiting

Chains = Mapping[str, Sequence[tuple[Envelope, bytes]]]
Read = Sequence[tuple[Logged, Envelope]]
SLACK_MS = 86_400_000


@dataclass(frozen=True)
class _Seen:
    """A record that the stage reads, and whether its group is past it."""

    record: Logged
    envelope: Envelope
    is_past: bool


def readable(records: Iterable[Logged]) -> list[tuple[Logged, Envelope]]:
    """Those that are events or inputs; the others are dead letters already, or marks."""
    found = []
    for record in records:
        try:
            found.append((record, read(record.value, [])))
        except PoisonError:
            continue
    return found


def chains(complaint: str, found: Read) -> Chains:
    """The events of each stage in order, each once. Raises UsageError where one is missing."""
    numbered: dict[str, dict[int, tuple[Envelope, bytes]]] = defaultdict(dict)
    for record, envelope in found:
        if record.topic in TOPIC_STAGE and envelope.sequence is not None:
            numbered[envelope.stage].setdefault(envelope.sequence, (envelope, record.value))
    whole = {}
    for stage, events in numbered.items():
        if max(events) != len(events):
            raise UsageError(f"the log lacks events of {complaint} in {stage}: verify an export")
        whole[stage] = [events[number] for number in sorted(events)]
    return whole


def document(
    stage: Stage,
    complaint: str,
    found: Read,
    chain: Sequence[tuple[Envelope, bytes]],
    parked: Parked | None,
    committed: Mapping[Place, int],
) -> Document | None:
    """The stage's document; None where it decided nothing and holds nothing back.

    `waiting` holds all that waits, however much: `filling` puts aside what is too much.
    """
    if not chain and parked is None:
        return None
    causes = {envelope.causationid for envelope, _ in chain}
    reads = list(_read_by(stage, found, committed))
    held = _held(reads, causes, parked) if parked else []
    waits = {id(one) for one in held}
    applied = [one for one in reads if id(one) not in waits]
    state = fold(stage.name, [envelope for envelope, _ in chain])
    return Document(
        id=complaint,
        state=state,
        lane=state.lane,
        rev=1,
        seen=_highest(reads, causes, held),
        ids=_ids(applied, causes),
        prevhash=digest(chain[-1][1]) if chain else "",
        parked=parked.reason if parked else None,
        waiting=[_waiting(one.record) for one in held],
    )


def _read_by(stage: Stage, found: Read, committed: Mapping[Place, int]) -> Iterator[_Seen]:
    groups = {topic: stage.group(lane) for lane in LANES for topic in stage.sources(lane)}
    for record, envelope in found:
        if group := groups.get(record.topic):
            past = record.offset < committed.get((group, record.topic, record.partition), 0)
            yield _Seen(record, envelope, past)


def _held(reads: Sequence[_Seen], causes: set[str], parked: Parked) -> list[_Seen]:
    """What may have waited: of the records that made nothing happen those behind the last that did.

    Kafka's clocks differ and one topic may lag behind another, so a day before the parking is
    looked at, too. What is folded a second time made nothing happen the first time.
    """
    last: dict[tuple[str, str], int] = {}
    for one in reads:
        if one.envelope.id in causes and one.envelope.sequence is not None:
            place = (one.envelope.stage, one.envelope.lane)
            last[place] = max(last.get(place, 0), one.envelope.sequence)
    held = []
    for one in reads:
        place = (one.envelope.stage, one.envelope.lane)
        behind = one.envelope.sequence is None or one.envelope.sequence > last.get(place, 0)
        waited = one.is_past and behind and one.envelope.id not in causes
        if waited and one.record.time >= parked.since - SLACK_MS and not is_redrive(one.envelope):
            held.append(one)
    return held


def _highest(
    reads: Sequence[_Seen], causes: set[str], held: Sequence[_Seen]
) -> dict[str, dict[str, int]]:
    """The highest number of each source and lane below which nothing is still to be read."""
    done: dict[tuple[str, Lane], set[int]] = defaultdict(set)
    to_come: dict[tuple[str, Lane], set[int]] = defaultdict(set)
    answered: dict[tuple[str, Lane], int] = defaultdict(int)
    for one in reads:
        if (number := one.envelope.sequence) is None:
            continue
        place = (one.envelope.stage, one.envelope.lane)
        if one.envelope.id in causes:
            answered[place] = max(answered[place], number)
        waits = one in held or not (one.is_past or one.envelope.id in causes)
        (to_come if waits else done)[place].add(number)
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for (source, lane), numbers in done.items():
        # A source's events are taken in their order: before what was answered all was taken.
        # What was passed on to the express lane stands in the log twice; the second place counts.
        floor = answered[source, lane]
        end = min((n for n in to_come[source, lane] if n > floor), default=max(numbers) + 1)
        if below := [number for number in numbers if number < end]:
            seen[source][lane] = max(below)
    return dict(seen)


def _ids(applied: Sequence[_Seen], causes: set[str]) -> list[str]:
    """The last inputs that were taken, and what was redriven by its id."""
    taken = [
        one.envelope.id
        for one in applied
        if (one.is_past or one.envelope.id in causes)
        and (one.envelope.sequence is None or _by_id(one.record))
    ]
    return list(dict.fromkeys(taken))[-IDS_REMEMBERED:]


def _waiting(record: Logged) -> Waiting:
    return Waiting(*_place(record), record.value, _by_id(record))


def _place(record: Logged) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _by_id(record: Logged) -> bool:
    return any(name == "dlq-redrives" and value for name, value in record.headers)
