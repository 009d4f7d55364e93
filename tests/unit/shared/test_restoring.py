"""What a stage had read, told from the log: nothing twice, nothing never."""

from datetime import UTC, datetime

import pytest

from shared.envelope import make, read, write
from shared.errors import UsageError
from shared.events.base import RedriveSubmitted
from shared.events.personal import DataKey
from shared.pipeline import ROWS, STAGES
from shared.restoring.documents import chains, document, readable
from shared.restoring.filling import _aside
from shared.restoring.log import Logged
from shared.restoring.parked import Parked, parked_in
from shared.runner.decode import header
from shared.runner.folded import ROOM
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
    story, found = Story(CASE, START).tell(*deposit(CASE, START)[:10]), []
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


def last_answered(records):
    last = {}
    for one in map(envelope, causing(records)):
        if one.stage != "notify":
            last[one.stage] = max(last.get(one.stage, 0), one.sequence)
    return last


def test_of_what_is_not_committed_all_up_to_the_last_answered_was_seen(records):
    last = last_answered(records)
    seen = {stage: lanes["normal"] for stage, lanes in made(records, {}).seen.items()}

    assert seen == last
    assert any(number > 1 for number in last.values())


def test_what_was_passed_on_and_not_taken_yet_is_still_to_come(records):
    last = last_answered(records)
    others = [record for record in records if envelope(record).stage != "notify"]
    silent = next(r for r in others if envelope(r).sequence > last.get(envelope(r).stage, 0))
    again = silent._replace(topic=NOTIFY.topic("inputs", "express"), offset=LATE, time=99)
    stage, number = envelope(silent).stage, envelope(silent).sequence

    assert made(records).seen[stage]["normal"] >= number
    assert made([*records, again]).seen.get(stage, {}).get("normal", 0) == number - 1


def test_a_missing_event_is_never_passed_over(records):
    without = [record for record in records if record is not of(records, "notify")[1]]
    with pytest.raises(UsageError, match="lacks events"):
        made(without)


def test_a_copy_of_an_event_counts_once(records):
    twice = [*records, *(r._replace(offset=r.offset + 500) for r in of(records, "notify"))]

    assert made(twice).state == made(records).state
    assert made(twice).prevhash == made(records).prevhash


def letter(record, time, **more):
    marks = {
        "dlq-parked": CASE,
        "dlq-reason": "KeyError",
        "dlq-original-topic": record.topic,
        "dlq-original-partition": "0",
        "dlq-original-offset": str(record.offset),
        "dlq-original-timestamp": str(record.time),
        **more,
    }
    headers = tuple((name, value.encode()) for name, value in marks.items())
    return Logged(time, NOTIFY.topic("dead-letters"), 0, time, record.value, headers)


def redrive(time, offset):
    data = RedriveSubmitted(staff="ops-1")
    more = {"stage": "notify", "complaint": CASE, "time": START, "lane": "normal"}
    made = make(data, id=f"again-{offset}", actor="staff:ops-1", **more)
    return Logged(time, NOTIFY.topic("inputs"), 0, offset, write(made), ())


def parked(records, committed=EVERYTHING):
    return parked_in(NOTIFY, CASE, records, readable(records), header, committed)


@pytest.fixture
def sources(records):
    """What notify reads, before it made anything of it."""
    return [record for record in records if envelope(record).stage != "notify"]


def test_a_parked_complaint_holds_what_came_since_and_has_seen_none_of_it(sources):
    where = parked([*sources, letter(sources[2], 500)])
    found = made(sources, parked=where)

    assert where == Parked("KeyError", sources[2].time)
    assert found.parked == "KeyError"
    held = [(one.topic, one.offset) for one in found.waiting]
    assert held == [(one.topic, one.offset) for one in sources]
    assert found.seen == {}


def test_what_made_something_happen_does_not_wait_nor_what_stands_before_it(records):
    first = causing(records)[0]
    waiting = made(records, parked=Parked("KeyError", 0)).waiting
    answered = {(r.topic, r.offset) for r in causing(records)}

    assert not answered & {(one.topic, one.offset) for one in waiting}
    assert (first.topic, first.offset) in answered


def test_a_record_of_a_slower_clock_waits_too(sources):
    where = parked([*sources, letter(sources[-1]._replace(time=86_000_000), 86_000_001)])

    assert len(made(sources, parked=where).waiting) == len(sources)


@pytest.mark.parametrize(
    ("steps", "is_parked"),
    [
        (["letter"], True),
        (["letter", "mark"], True),  # redriven, not taken yet; or discarded
        (["letter", "mark", "redrive"], False),
        (["letter", "redrive", "again"], True),
        (["letter", "redrive", "again", "redrive 2"], False),
    ],
)
def test_a_complaint_is_parked_until_a_redrive_was_taken_that_did_not_fail(
    sources, steps, is_parked
):
    first, tried = sources[2], redrive(600, 7)
    told = {
        "letter": letter(first, 500),
        "mark": letter(first, 550, **{"dlq-of": "500", "dlq-action": "redriven"}),
        "redrive": tried,
        "again": letter(tried, 700),
        "redrive 2": redrive(800, 8),
    }
    found = parked([*sources, *(told[step] for step in steps)])

    assert (found is not None) == is_parked
    if found:
        assert found.since == first.time


def test_a_redrive_that_nobody_took_frees_nobody(sources):
    steps = [letter(sources[2], 500), redrive(600, 7)]
    assert parked([*sources, *steps], committed={}) == Parked("KeyError", sources[2].time)


def test_what_is_too_much_for_a_document_lies_on_its_pile_in_order(sources):
    found = made(sources, parked=Parked("KeyError", 0))
    before = list(found.waiting) * 100
    found.waiting = list(before)
    rows = list(_aside(found))

    assert len(found.waiting) <= ROOM.records
    assert {row["pile"] for row in rows} == {found.overflow}
    kept = [(one.topic, one.offset) for one in found.waiting]
    rest = [(row["topic"], row["offset"]) for row in sorted(rows, key=lambda row: row["order"])]
    assert kept + rest == [(one.topic, one.offset) for one in before]


def test_who_decided_nothing_has_no_document(records):
    assert made([one for one in records if envelope(one).stage != "notify"]) is None
