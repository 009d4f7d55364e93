"""Judges a run by its log and its collections alone; it shares no code with the services.

Every rule is a pure function from what was found to sentences about what is wrong.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.pipeline import LANES, ROWS
from tests.e2e import letters, outside
from tests.e2e.evidence import Evidence, Record
from tests.e2e.log import DEAD, Entry, Log, cloud_event

REDRIVE = "redress.redrive-submitted.v1"
IDS_REMEMBERED = 200
REST_S = 60.0
FIRST = {  # what a stage can begin with, where that is one thing
    "intake": "redress.complaint-received.v1",
    "verification": "redress.verification-started.v1",
}
NEEDS = {  # what stands before, in the same history
    "redress.info-reminded.v1": "redress.info-requested.v1",
    "redress.info-deadline-passed.v1": "redress.info-requested.v1",
    "redress.case-assigned.v1": "redress.case-classified.v1",
    "redress.clock-met.v1": "redress.clock-started.v1",
    "redress.clock-breached.v1": "redress.clock-started.v1",
    "redress.clock-resumed.v1": "redress.clock-paused.v1",
    "redress.clock-stopped.v1": "redress.clock-breached.v1",
    "redress.work-item-opened.v1": "redress.investigation-started.v1",
    "redress.cause-determined.v1": "redress.investigation-started.v1",
    "redress.proposal-drafted.v1": "redress.investigation-started.v1",
    "redress.remedy-proposed.v1": "redress.proposal-drafted.v1",
    "redress.effect-verified.v1": "redress.effect-requested.v1",
    "redress.effect-failed.v1": "redress.effect-requested.v1",
    "redress.approval-given.v1": "redress.approval-requested.v1",
    "redress.decision-confirmed.v1": "redress.decision-made.v1",
    "redress.appeal-admitted.v1": "redress.decision-made.v1",
    "redress.letter-sent.v1": "redress.letter-requested.v1",
    "redress.letter-failed.v1": "redress.letter-requested.v1",
}


@dataclass(frozen=True)
class Expected:
    """What a test did on purpose.

    `poison` are records (their partition and offset do not count) that must be buried; `crashes`
    how many processes died or lost an answer, None where nobody counted; `canaries` are texts of
    customers.
    """

    poison: Sequence[Record] = ()
    crashes: int | None = None
    canaries: Sequence[str] = ()


def violations(
    evidence: Evidence, accepted: Collection[str], expected: Expected | None = None
) -> list[str]:
    """What is wrong with a run that came to rest; `accepted` are the ids answered with 202."""
    expected = expected or Expected()
    sound = letters.without(evidence.records, expected.poison)
    log = Log(sound)
    return [
        *never_ended(log, evidence, accepted),
        *applied_twice(log),
        *written_too_often(log, evidence),
        *changed_bytes(sound),
        *out_of_order(log),
        *illegal(log),
        *broken_chains(log),
        *never_applied(log, evidence),
        *seen_too_low(log, evidence),
        *never_published(log, evidence),
        *letters.buried(evidence, expected.poison),
        *letters.dropped(evidence),
        *lagging(evidence),
        *late(evidence),
        *outside.paid_twice(evidence),
        *outside.never_done(log, evidence),
        *outside.sent_too_often(evidence, expected.crashes),
        *outside.told(evidence, expected.canaries),
    ]


def never_ended(log: Log, evidence: Evidence, accepted: Collection[str]) -> Iterator[str]:
    """I1: every 202 ends: closed with no admitted appeal open, inadmissible, parked or buried."""
    given_up = letters.given_up(evidence)
    for complaint in accepted:
        if complaint in given_up:
            continue
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
    """I2: a cause has its events once: no two share the cause and the index."""
    for name, history in log.ordered():
        causes = Counter((entry.body["causationid"], entry.index) for entry in history)
        for (cause, index), count in causes.items():
            if index is None:
                yield f"{name}: an id is not made from its cause {cause}"
            elif count > 1:
                yield f"{name}: {cause} was applied {count} times"


def written_too_often(log: Log, evidence: Evidence) -> Iterator[str]:
    """I2: each write of a document takes in something new, so `rev` is at most what there was."""
    given: Counter[tuple[str, str]] = Counter()
    for stage, _, complaint, history in _read_by_stages(log):
        given[stage, complaint] += len(history)
    for stage, complaint, _ in {(e.stage, e.complaint, e.body["id"]) for e in log.inputs}:
        given[stage, complaint] += 1
    for stage, documents in evidence.documents.items():
        for complaint, document in documents.items():
            rev, most = document["run"].get("rev", 0), given[stage, complaint]
            if rev > most:
                yield f"{stage} {complaint}: {rev} writes for {most} records"


def out_of_order(log: Log) -> Iterator[str]:
    """I4: sequences are 1..n; within a lane, first occurrences stand in that order."""
    for name, history in log.ordered():
        if [entry.sequence for entry in history] != list(range(1, len(history) + 1)):
            yield f"{name}: its sequences have gaps or forks"
        if len({entry.record.partition for entry in history}) > 1:
            yield f"{name}: it is spread over several partitions"
        for topic in {entry.record.topic for entry in history}:
            offsets = [e.record.offset for e in history if e.record.topic == topic]
            if offsets != sorted(offsets):
                yield f"{name}: it is out of order in {topic}"


def changed_bytes(records: Collection[Record]) -> Iterator[str]:
    """I3: the same id means the same bytes, wherever it occurs.

    Not of a worker's answers: their id names the work, which is done again where it was in doubt.
    """
    values: dict[str, set[bytes | None]] = defaultdict(set)
    for record in records:
        body = None if record.topic in DEAD else cloud_event(record.value)
        if body and not str(body.get("actor", "")).startswith("worker:"):
            values[body["id"]].add(record.value)
    for id_, found in values.items():
        if len(found) > 1:
            yield f"{id_}: it has {len(found)} contents"


def illegal(log: Log) -> Iterator[str]:
    """I4: nothing stands before what it needs."""
    for name, history in log.ordered():
        types = [e.body["type"] for e in history if "lane-raised" not in e.body["type"]]
        first = FIRST.get(history[0].stage)
        if types and first not in (None, types[0]):
            yield f"{name}: it cannot begin with {types[0]}"
        for place, type_ in enumerate(types):
            needed = NEEDS.get(type_)
            if needed and needed not in types[:place]:
                yield f"{name}: {type_} stands before {needed}"


def broken_chains(log: Log) -> Iterator[str]:
    """I3: every event names the hash of the one before it."""
    for name, history in log.ordered():
        first = history[0].body.get("prevhash", "")
        links = [hashlib.sha256(before.record.value or b"").hexdigest() for before in history]
        named = [entry.body.get("prevhash") for entry in history[1:]]
        if first or named != links[:-1]:
            yield f"{name}: its chain is broken"


def never_applied(log: Log, evidence: Evidence) -> Iterator[str]:
    """I5: every input was taken in by its stage, whose document remembers the last ids."""
    for entry in log.inputs:
        document = evidence.documents[entry.stage].get(entry.complaint)
        ids = document["run"]["ids"] if document else []
        known = entry.body["type"] == REDRIVE or len(ids) == IDS_REMEMBERED
        if entry.body["id"] not in ids and not known:
            yield f"{entry.stage} {entry.complaint}: input {entry.body['id']} was never applied"


def seen_too_low(log: Log, evidence: Evidence) -> Iterator[str]:
    """I5: `seen` covers what was applied, and all that the stage applies of other complaints."""
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
    """I6: what a document holds stands in the log, and what was accepted was sent."""
    published = {record.value for record in evidence.records}
    for stage, documents in evidence.documents.items():
        for complaint, document in documents.items():
            told = len(log.histories.get((stage, complaint), ()))
            if document["state"]["sequence"] != told:
                yield f"{stage} {complaint}: {told} events of {document['state']['sequence']}"
            for output in document["run"].get("outputs", ()):
                if bytes(output["value"]) not in published:
                    yield f"{stage} {complaint}: output {output['n']} was never published"
    for stage, count in evidence.unsent.items():
        if count:
            yield f"{stage}: {count} accepted inputs were never sent"


def lagging(evidence: Evidence) -> Iterator[str]:
    """I8: every group has committed whatever its topics hold."""
    for row in ROWS:
        for lane in LANES:
            committed = evidence.committed.get(row.group(lane), {})
            sources = set(row.sources(lane))
            for place, end in evidence.ends.items():
                if place[0] in sources and committed.get(place, 0) < end:
                    yield f"{row.group(lane)}: {place} stands at {committed.get(place, 0)} of {end}"


def late(evidence: Evidence) -> Iterator[str]:
    """I8: after a fault is mended, all is read within a minute and without an operator."""
    if evidence.rest_s > REST_S:
        yield f"it took {evidence.rest_s:.0f} s until everything was read"
