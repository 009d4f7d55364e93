"""Judges a run by its log and its collections alone; it shares no code with the services.

Every rule is a pure function from what was found to sentences about what is wrong.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from shared.pipeline import LANES, ROWS
from tests.e2e.evidence import Evidence, Record

EVENTS = {row.topic("events", lane): row.name for row in ROWS for lane in LANES}
INPUTS = {row.topic("inputs", lane): row.name for row in ROWS for lane in LANES}
DEAD = {row.topic("dead-letters") for row in ROWS}
REDRIVE = "redress.redrive-submitted.v1"
MOST_OF_ONE_CAUSE = 100
IDS_REMEMBERED = 200


@dataclass(frozen=True)
class Entry:
    """A record whose value is a CloudEvent; `stage` is the one whose topic holds it."""

    record: Record
    stage: str
    body: dict[str, Any]

    @property
    def complaint(self) -> str:
        return str(self.body["subject"])

    @property
    def sequence(self) -> int:
        return int(self.body["sequence"])

    @property
    def index(self) -> int | None:
        """Which of its cause's events it is, found from its id; None: the id fits none."""
        name = f"{self.stage}|{self.sequence}|{self.body['causationid']}|"
        for index in range(MOST_OF_ONE_CAUSE):
            if self.body["id"] == str(uuid.uuid5(uuid.UUID(self.complaint), f"{name}{index}")):
                return index
        return None


class Log:
    """The log as histories: the events by stage and complaint, copies left out, and the inputs."""

    def __init__(self, records: Collection[Record]) -> None:
        self.histories: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.inputs: list[Entry] = []
        self.by_id: dict[str, Entry] = {}
        for record in records:
            if stage := EVENTS.get(record.topic):
                self._take(Entry(record, stage, json.loads(record.value or b"")))
            elif (stage := INPUTS.get(record.topic)) and (body := _cloud_event(record.value)):
                self._take_input(Entry(record, stage, body))

    def _take(self, entry: Entry) -> None:
        if entry.body["id"] not in self.by_id:
            self.by_id[entry.body["id"]] = entry
            self.histories[entry.stage, entry.complaint].append(entry)

    def _take_input(self, entry: Entry) -> None:
        if "sequence" not in entry.body:  # else an event that was passed on to the express lane
            self.inputs.append(entry)

    def ordered(self) -> Iterator[tuple[str, list[Entry]]]:
        """Each history by sequence, with a name for sentences."""
        for (stage, complaint), entries in sorted(self.histories.items()):
            yield f"{stage} {complaint}", sorted(entries, key=lambda e: e.sequence)


def _cloud_event(value: bytes | None) -> dict[str, Any] | None:
    try:
        body = json.loads(value or b"")
    except ValueError:
        return None
    return body if isinstance(body, dict) and {"id", "type", "subject"} <= body.keys() else None


def violations(evidence: Evidence, accepted: Collection[str]) -> list[str]:
    """What is wrong with a run that came to rest; `accepted` are the ids answered with 202."""
    log = Log(evidence.records)
    return [
        *never_ended(log, accepted),
        *applied_twice(log),
        *out_of_order(log),
        *changed_bytes(evidence),
        *broken_chains(log),
        *never_applied(log, evidence),
        *seen_too_low(log, evidence),
        *never_published(log, evidence),
        *lagging(evidence),
        *paid_twice(evidence),
        *buried(evidence),
    ]


def never_ended(log: Log, accepted: Collection[str]) -> Iterator[str]:
    """Every 202 ends: closed, with no admitted appeal open, or inadmissible."""
    for complaint in accepted:
        decided = _data(log, "verification", complaint, "redress.admissibility-decided.v1")
        if any(not data["admissible"] for data in decided):
            continue
        closed = _data(log, "resolution", complaint, "redress.case-closed.v1")
        appeals = _data(log, "resolution", complaint, "redress.appeal-admitted.v1")
        level = max((data["level"] for data in closed), default=0)
        if level < max((data["level"] for data in appeals), default=1):
            yield f"{complaint}: it was accepted and has no end"


def _data(log: Log, stage: str, complaint: str, type_: str) -> list[dict[str, Any]]:
    history = log.histories.get((stage, complaint), ())
    return [entry.body["data"] for entry in history if entry.body["type"] == type_]


def applied_twice(log: Log) -> Iterator[str]:
    """A cause has its events once: no two share the cause and the index."""
    for name, history in log.ordered():
        causes = Counter((entry.body["causationid"], entry.index) for entry in history)
        for (cause, index), count in causes.items():
            if index is None:
                yield f"{name}: an id is not made from its cause {cause}"
            elif count > 1:
                yield f"{name}: {cause} was applied {count} times"


def out_of_order(log: Log) -> Iterator[str]:
    """Sequences are 1..n; within a lane, first occurrences stand in that order."""
    for name, history in log.ordered():
        if [entry.sequence for entry in history] != list(range(1, len(history) + 1)):
            yield f"{name}: its sequences have gaps or forks"
        if len({entry.record.partition for entry in history}) > 1:
            yield f"{name}: it is spread over several partitions"
        for topic in {entry.record.topic for entry in history}:
            offsets = [e.record.offset for e in history if e.record.topic == topic]
            if offsets != sorted(offsets):
                yield f"{name}: it is out of order in {topic}"


def changed_bytes(evidence: Evidence) -> Iterator[str]:
    """The same id means the same bytes, wherever it occurs."""
    values: dict[str, set[bytes | None]] = defaultdict(set)
    for record in evidence.records:
        if record.topic not in DEAD and (body := _cloud_event(record.value)):
            values[body["id"]].add(record.value)
    for id_, found in values.items():
        if len(found) > 1:
            yield f"{id_}: it has {len(found)} contents"


def broken_chains(log: Log) -> Iterator[str]:
    """Every event names the hash of the one before it."""
    for name, history in log.ordered():
        first = history[0].body.get("prevhash", "")
        links = [hashlib.sha256(before.record.value or b"").hexdigest() for before in history]
        named = [entry.body.get("prevhash") for entry in history[1:]]
        if first or named != links[:-1]:
            yield f"{name}: its chain is broken"


def never_applied(log: Log, evidence: Evidence) -> Iterator[str]:
    """Every input was taken in by its stage, whose document remembers the last ids."""
    for entry in log.inputs:
        document = evidence.documents[entry.stage].get(entry.complaint)
        ids = document["run"]["ids"] if document else []
        known = entry.body["type"] == REDRIVE or len(ids) == IDS_REMEMBERED
        if entry.body["id"] not in ids and not known:
            yield f"{entry.stage} {entry.complaint}: input {entry.body['id']} was never applied"


def seen_too_low(log: Log, evidence: Evidence) -> Iterator[str]:
    """`seen` covers whatever was applied, and all that the stage applies of other complaints."""
    wanted = {
        (entry.stage, cause.body["type"])
        for _, history in log.ordered()
        for entry in history
        if (cause := log.by_id.get(entry.body["causationid"]))
    }
    for stage, source, complaint, history in _read_by_stages(log):
        document = evidence.documents[stage].get(complaint)
        seen = document["run"]["seen"].get(source, {}) if document else {}
        for entry in history:
            if (stage, entry.body["type"]) not in wanted:
                continue
            if seen.get(entry.body["lane"], 0) < entry.sequence:
                yield f"{stage} {complaint}: {source} {entry.sequence} was never applied"


def _read_by_stages(log: Log) -> Iterator[tuple[str, str, str, list[Entry]]]:
    for row in ROWS:
        for (source, complaint), history in log.histories.items():
            if source in row.reads:
                yield row.name, source, complaint, history


def never_published(log: Log, evidence: Evidence) -> Iterator[str]:
    """What a document holds stands in the log, and what was accepted was sent."""
    for stage, documents in evidence.documents.items():
        for complaint, document in documents.items():
            told = len(log.histories.get((stage, complaint), ()))
            if document["state"]["sequence"] != told:
                yield f"{stage} {complaint}: {told} events of {document['state']['sequence']}"
    for stage, count in evidence.unsent.items():
        if count:
            yield f"{stage}: {count} accepted inputs were never sent"


def lagging(evidence: Evidence) -> Iterator[str]:
    """Every group has committed whatever its topics hold."""
    for row in ROWS:
        for lane in LANES:
            committed = evidence.committed.get(row.group(lane), {})
            sources = set(row.sources(lane))
            for place, end in evidence.ends.items():
                if place[0] in sources and committed.get(place, 0) < end:
                    yield f"{row.group(lane)}: {place} stands at {committed.get(place, 0)} of {end}"


def paid_twice(evidence: Evidence) -> Iterator[str]:
    """At the exchange, a key acted once and a thing was paid for once."""
    rows = evidence.ledger
    keys = Counter(str(row["_id"]).lower() for row in rows)
    things = Counter(
        (row["action"], row["order"]["reference"].lower())
        for row in rows
        if row["action"] in ("credit", "compensate")
    )
    for thing, count in (*keys.items(), *things.items()):
        if count > 1:
            yield f"{thing}: {count} entries of the ledger"


def buried(evidence: Evidence) -> Iterator[str]:
    """Nothing that is healthy became a dead letter."""
    for record in evidence.records:
        if record.topic in DEAD:
            reason = dict(record.headers).get("dlq-reason") or b""
            yield f"{record.topic}/{record.partition}/{record.offset}: {reason.decode()}"
