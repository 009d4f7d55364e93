"""What the checker says of dead letters: poison is buried untouched, and nothing else is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from shared.pipeline import LANES, ROWS
from tests.e2e.evidence import Evidence, Record
from tests.e2e.log import DEAD, cloud_event

READ = [
    (topic, row.topic("dead-letters")) for row in ROWS for x in LANES for topic in row.sources(x)
]
Said = tuple[str, bytes | None, bytes | None]


def said(record: Record) -> Said:
    """What makes a record the same one, wherever it lies."""
    return record.topic, record.key, record.value


def without(records: Collection[Record], poison: Sequence[Record]) -> list[Record]:
    """The records that a test did not make wrong on purpose."""
    wrong = {said(record) for record in poison}
    return [record for record in records if said(record) not in wrong]


def open_letters(evidence: Evidence) -> Iterator[tuple[Record, Record]]:
    """Each dead letter, and the record that it was; marks of what was done with one are none."""
    for record in evidence.records:
        headers = dict(record.headers)
        if record.topic in DEAD and "dlq-of" not in headers:
            topic = (headers.get("dlq-original-topic") or b"").decode()
            partition, offset = (
                int(headers.get(f"dlq-original-{name}") or -1) for name in ("partition", "offset")
            )
            yield record, Record(topic, partition, offset, record.key, record.value)


def buried(evidence: Evidence, poison: Sequence[Record] = ()) -> Iterator[str]:
    """I7: each poison is a dead letter with its bytes and headers; nothing healthy is one."""
    found = [(letter, said(was)) for letter, was in open_letters(evidence)]
    wrong = {said(record): record for record in poison}
    for letter, was in found:
        if was not in wrong:
            reason = dict(letter.headers).get("dlq-reason") or b""
            place = f"{letter.topic}/{letter.partition}/{letter.offset}"
            yield f"{place}: {reason.decode()}: it was healthy"
    for was, record in wrong.items():
        copies = [letter for letter, it in found if it == was]
        if not copies:
            yield f"{record.topic}: a poison record was not buried"
        for letter in copies:
            if not _headers(record) <= _headers(letter):
                yield f"{letter.topic}/{letter.partition}/{letter.offset}: it lost headers"


def _headers(record: Record) -> set[tuple[str, bytes]]:
    return {(name, value) for name, value in record.headers if value is not None}


def dropped(evidence: Evidence) -> Iterator[str]:
    """I5: what cannot be read is buried by each stage that reads its topic."""
    letters = {(r.topic, was.topic, was.partition, was.offset) for r, was in open_letters(evidence)}
    for record in evidence.records:
        if cloud_event(record.value) is not None:
            continue
        for topic, dead in READ:
            place = record.topic, record.partition, record.offset
            if topic == record.topic and (dead, *place) not in letters:
                yield f"{'/'.join(map(str, place))}: {dead} does not have it"


def given_up(evidence: Evidence) -> set[str]:
    """Complaints that wait for an operator: parked, or with a dead letter of their own."""
    parked = {
        complaint
        for documents in evidence.documents.values()
        for complaint, document in documents.items()
        if document["run"].get("parked")
    }
    return parked | {
        (letter.key or b"").decode("utf-8", "replace") for letter, _ in open_letters(evidence)
    }
