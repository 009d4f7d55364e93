"""What a stage had read, told from the log: nothing twice, nothing never."""

from datetime import UTC, datetime

import pytest

from shared.envelope import read
from shared.errors import UsageError
from shared.events.personal import DataKey
from shared.pipeline import ROWS, STAGES
from shared.restoring.documents import chains, document, parked_in, readable
from shared.restoring.log import Logged
from shared.runner.decode import header
from tests.stories import Story, deposit

CASE = "0a0a0a0a-0000-4000-8000-00000000c0de"
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = DataKey("a", bytes(32))
NOTIFY = STAGES["notify"]
LATE = 1_000_000
EVERYTHING = {
    (NOTIFY.group(lane), topic, 0): LATE
    for lane in ("normal", "express")
    for topic in NOTIFY.sources(lane)
}


@pytest.fixture(scope="module")
def records():
    """A complaint from its receipt to its decision; each topic has one partition."""
    story, found = Story(CASE, START).tell(*deposit(CASE, START)[:9]), []
    for number, row in enumerate(story.rows(KEY, START)):
        topic = STAGES[row["stage"]].topic("events")
        offset = sum(one.topic == topic for one in found)
        found.append(Logged(number, topic, 0, offset, bytes(row["value"]), ()))
    return found


def envelope(record):
    return read(record.value, [])


def of(records, stage):
    return [record for record in records if envelope(record).stage == stage]


def made(records, committed=EVERYTHING, parked=None):
    found = readable(records)
    chain = chains(CASE, found).get("notify", ())
    return document(NOTIFY, CASE, found, chain, parked, committed)


def causing(records):
    """What notify answered by an event of its own."""
    causes = {envelope(own).causationid for own in of(records, "notify")}
    return [record for record in records if envelope(record).id in causes]


def test_what_is_committed_was_seen(records):
    found = made(records)

    sources = [row.name for row in ROWS if of(records, row.name) and row.name != "notify"]
    assert found.seen == {
        name: {"normal": max(envelope(one).sequence for one in of(records, name))}
        for name in sources
    }
    assert len(sources) > 3
    assert found.state.sequence == len(of(records, "notify"))
    assert (found.parked, found.waiting, found.rev) == (None, [], 1)


def test_of_what_is_not_committed_only_what_was_answered_was_seen(records):
    answered = {(e.stage, e.sequence) for e in map(envelope, causing(records))}
    found = made(records, {})

    for stage, lanes in found.seen.items():
        last = lanes["normal"]
        assert (stage, last) in answered
        assert all((stage, number) in answered for number in range(1, last + 1))
    assert found.seen


def test_what_was_passed_on_and_not_taken_yet_is_still_to_come(records):
    silent = next(r for r in of(records, "triage") if r not in causing(records))
    again = silent._replace(topic=NOTIFY.topic("inputs", "express"), offset=LATE, time=99)
    found = made([*records, again])

    assert found.seen.get("triage", {}).get("normal", 0) == envelope(silent).sequence - 1


def test_a_missing_event_is_never_passed_over(records):
    without = [record for record in records if record is not of(records, "notify")[1]]
    with pytest.raises(UsageError, match="lacks events"):
        made(without)


def test_a_copy_of_an_event_counts_once(records):
    twice = [*records, *(r._replace(offset=r.offset + 500) for r in of(records, "notify"))]

    assert made(twice).state == made(records).state
    assert made(twice).prevhash == made(records).prevhash


def letter(record, offset, **marks):
    named = {
        "dlq-parked": CASE,
        "dlq-reason": "KeyError",
        "dlq-original-topic": record.topic,
        "dlq-original-partition": "0",
        "dlq-original-offset": str(record.offset),
    }
    headers = tuple((name, value.encode()) for name, value in (marks or named).items())
    return Logged(500 + offset, NOTIFY.topic("dead-letters"), 0, offset, record.value, headers)


def test_a_parked_complaint_holds_what_came_since_and_has_seen_none_of_it(records):
    others = [record for record in records if envelope(record).stage != "notify"]
    first = others[2]
    parked = parked_in(NOTIFY, CASE, [*others, letter(first, 0)], header)
    found = made(others, parked=parked)

    assert parked == ("KeyError", (first.topic, 0, first.offset))
    assert found.parked == "KeyError"
    held = [(one.topic, one.offset) for one in found.waiting]
    assert held == [(one.topic, one.offset) for one in others[2:]]
    waiting = {(e.stage, e.sequence) for e in map(envelope, others[2:])}
    assert not any((s, n) in waiting for s, lanes in found.seen.items() for n in lanes.values())


def test_a_letter_that_was_settled_parks_nobody(records):
    first = records[0]
    marks = [letter(first, 0), letter(first, 1, **{"dlq-of": "0", "dlq-action": "redriven"})]

    assert parked_in(NOTIFY, CASE, [*records, *marks], header) is None
    again = parked_in(NOTIFY, CASE, [*records, *marks, letter(first, 2)], header)
    assert again == ("KeyError", (first.topic, 0, first.offset))


def test_who_decided_nothing_has_no_document(records):
    assert made([one for one in records if envelope(one).stage != "notify"]) is None
