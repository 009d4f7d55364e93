"""What a stage knew of a complaint, from the log alone. Pure.

`state` is the fold of the stage's own events. What had been read is told by the committed offsets,
and by the causes that the own events name: of what was handled but not committed yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.audit.replay import fold
from shared.envelope import Envelope, digest, read
from shared.errors import PoisonError, UsageError
from shared.pipeline import LANES, Stage
from shared.restoring.log import Logged, Place
from shared.runner.decode import TOPIC_STAGE
from shared.runner.fold import IDS_REMEMBERED
from shared.runner.ports import Document, Waiting

Chains = Mapping[str, Sequence[tuple[Envelope, bytes]]]
Read = Sequence[tuple[Logged, Envelope]]
Parked = tuple[str, tuple[str, int, int]] | None
"""Why a complaint waits for a person, and the record that it waits for."""


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
    parked: Parked,
    committed: Mapping[Place, int],
) -> Document | None:
    """The stage's document; None where it decided nothing and holds nothing back."""
    if not chain and parked is None:
        return None
    causes = {envelope.causationid for envelope, _ in chain}
    reads = list(_read_by(stage, found, committed))
    held = _held(reads, causes, parked) if parked else []
    there = {id(one) for one in held}
    applied = [one for one in reads if id(one) not in there]
    state = fold(stage.name, [envelope for envelope, _ in chain])
    return Document(
        id=complaint,
        state=state,
        lane=state.lane,
        rev=1,
        seen=_highest(applied, causes, held),
        ids=_ids(applied, causes),
        prevhash=digest(chain[-1][1]) if chain else "",
        parked=parked[0] if parked else None,
        waiting=[_waiting(one.record) for one in held],
    )


def _read_by(stage: Stage, found: Read, committed: Mapping[Place, int]) -> Iterator[_Seen]:
    groups = {topic: stage.group(lane) for lane in LANES for topic in stage.sources(lane)}
    for record, envelope in found:
        if group := groups.get(record.topic):
            past = record.offset < committed.get((group, record.topic, record.partition), 0)
            yield _Seen(record, envelope, past)


def _held(
    reads: Sequence[_Seen], causes: set[str], parked: tuple[str, tuple[str, int, int]]
) -> list[_Seen]:
    """What came since the record that parked the complaint, and made nothing happen."""
    first = next((one for one in reads if _place(one.record) == parked[1]), None)
    if first is None:
        return []
    later = [
        one
        for one in reads
        if one.is_past
        and one is not first
        and one.envelope.id not in causes
        and one.record.time >= first.record.time
    ]
    return [first, *later]


def _highest(
    applied: Sequence[_Seen], causes: set[str], held: Sequence[_Seen]
) -> dict[str, dict[str, int]]:
    """The highest number of each source and lane below which nothing is still to be read."""
    done: dict[tuple[str, str], set[int]] = defaultdict(set)
    to_come: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in [*applied, *held]:
        if (number := one.envelope.sequence) is None:
            continue
        place = (one.envelope.stage, one.envelope.lane)
        waits = one in held or not (one.is_past or one.envelope.id in causes)
        (to_come if waits else done)[place].add(number)
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for (source, lane), numbers in done.items():
        # What was passed on to the express lane stands in the log twice; the second place counts.
        end = min(to_come[source, lane], default=max(numbers) + 1)
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


def parked_in(
    stage: Stage, complaint: str, records: Iterable[Logged], said: Callable[[Logged, str], str]
) -> Parked:
    """The open letter for which the stage holds the complaint back, the oldest if several."""
    letters: dict[tuple[int, int], Logged] = {}
    for record in records:
        if record.topic != stage.topic("dead-letters"):
            continue
        if settled := said(record, "dlq-of"):
            letters.pop((record.partition, int(settled)), None)
        elif said(record, "dlq-parked") == complaint:
            letters[record.partition, record.offset] = record
    if not letters:
        return None
    first = min(letters.values(), key=lambda one: one.time)
    place = [said(first, f"dlq-original-{name}") for name in ("topic", "partition", "offset")]
    return said(first, "dlq-reason"), (place[0], int(place[1]), int(place[2]))
