"""Dead letters in real topics: listed, tried again, let go."""

from secrets import token_hex
from uuid import uuid4

import pytest

from shared.envelope import read
from shared.errors import PoisonError, UsageError
from shared.events.base import RedriveSubmitted
from shared.pipeline import STAGES
from shared.runner.burials import chosen, discarded, letters, redriven
from shared.runner.dead_letters import dead_letter
from shared.runner.decode import header
from shared.runner.scan import reader, until_end
from shared.testing.memory import Fetched

TRIAGE = STAGES["triage"]
UNREADABLE, PARKED = "schema_invalid", "rule_raised"


@pytest.fixture
def complaint():
    return str(uuid4())


@pytest.fixture
def bury(log, own_topic):
    """Bury a record; whoever buried is found again by the record's key."""

    async def buried(key, reason, record=None, parked=""):
        value = b'{"canary": true}'
        record = record or Fetched(own_topic, 1, 7, key.encode(), value, [("ce_type", b"odd")])
        error = PoisonError(reason, "data.level")
        await log.publish([dead_letter(TRIAGE, record, reason, error, parked)])

    return buried


async def mine(servers, key):
    """The open letters with this key."""
    return [x for x in await letters(servers) if x.record.key == key.encode()]


async def records(servers, topic, key):
    async with reader(servers, [topic]) as consumer:
        return [record async for record in until_end(consumer) if record.key == key.encode()]


async def test_a_letter_is_listed_with_its_place_its_reason_and_its_untouched_bytes(
    kafka, bury, own_topic
):
    key = token_hex(8)
    await bury(key, UNREADABLE)

    (letter,) = await mine(kafka, key)

    assert letter.number == f"triage/1/{letter.offset}"
    assert (letter.reason, letter.complaint, letter.redrives) == (UNREADABLE, "", 0)
    assert letter.record.value == b'{"canary": true}'
    origin = [header(letter.record, f"dlq-original-{n}") for n in ("topic", "partition", "offset")]
    assert origin == [own_topic, "1", "7"]
    assert header(letter.record, "ce_type") == "odd"


async def test_a_parked_complaint_is_tried_again_by_an_input_and_its_letter_closed(
    kafka, log, bury, complaint
):
    await bury(complaint, PARKED, parked=complaint)
    (letter,) = await mine(kafka, complaint)

    await log.publish(redriven(letter, "ops-1"))

    assert letter.complaint == complaint
    (record,) = await records(kafka, TRIAGE.topic("inputs"), complaint)
    assert read(record.value, []).data == RedriveSubmitted(staff="ops-1")
    assert await mine(kafka, complaint) == []


async def test_two_who_redrive_the_same_letters_make_one_redrive(kafka, bury, complaint):
    await bury(complaint, PARKED, parked=complaint)
    await bury(complaint, PARKED, parked=complaint)
    first, second = await mine(kafka, complaint)

    ids = {read(redriven(x, who)[0].value, []).id for x, who in ((first, "a"), (second, "b"))}

    assert len(ids) == 1


async def test_an_unreadable_record_is_produced_again_five_times_and_then_refused(
    kafka, log, bury, own_topic
):
    key, record = token_hex(8), None
    for times in range(5):
        await bury(key, UNREADABLE, record)
        (letter,) = await mine(kafka, key)
        assert letter.redrives == times
        await log.publish(redriven(letter, "ops-1"))
        *_, record = await records(kafka, own_topic, key)
        assert header(record, "dlq-redrives") == str(times + 1)
        assert (record.partition, record.value) == (1, b'{"canary": true}')
        assert header(record, "dlq-reason") == ""
    await bury(key, UNREADABLE, record)
    (letter,) = await mine(kafka, key)

    with pytest.raises(UsageError, match="5 times"):
        redriven(letter, "ops-1")

    assert len(await mine(kafka, key)) == 1


async def test_a_discarded_letter_is_gone_and_the_log_says_who_and_why(kafka, log, bury, complaint):
    await bury(complaint, PARKED, parked=complaint)
    (letter,) = await mine(kafka, complaint)

    await log.publish(discarded(letter, "ops-1", "a test record"))

    assert await mine(kafka, complaint) == []
    *_, mark = await records(kafka, TRIAGE.topic("dead-letters"), complaint)
    said = [header(mark, f"dlq-{name}") for name in ("of", "action", "actor", "note")]
    assert said == [str(letter.offset), "discarded", "ops-1", "a test record"]


async def test_a_letter_that_was_closed_leaves_the_others_of_its_partition_open(kafka, log, bury):
    keys = [token_hex(8) for _ in range(3)]
    for key in keys:
        await bury(key, UNREADABLE)
    (second,) = await mine(kafka, keys[1])

    await log.publish(discarded(second, "ops-1", "no"))

    assert [len(await mine(kafka, key)) for key in keys] == [1, 0, 1]


async def test_a_parked_complaint_is_chosen_once_however_many_letters_it_has(
    kafka, bury, complaint
):
    for _ in range(3):
        await bury(complaint, PARKED, parked=complaint)

    found = await letters(kafka)

    assert len([x for x in found if x.complaint == complaint]) == 3
    assert len(chosen(found, "", complaint, 10)) == 1
    assert chosen(found, UNREADABLE, complaint, 10) == []
