"""What nobody can handle becomes a dead letter, alone; what is healthy passes."""

import json

import pytest
import pytest_asyncio

from shared.local.stack import Options, Stack
from tests import odd_names
from tests.e2e.poison import MIX, PROPOSALS, TOPIC, hostile, produce
from tests.e2e.site import site

pytestmark = pytest.mark.timeout(180)
BURIED = "complaints.investigation.dead-letters"


@pytest_asyncio.fixture(scope="module")
async def running(tmp_path_factory):
    """An installation of its own: what is poisoned here no other test's log can be proved with."""
    with Stack(tmp_path_factory.mktemp("poisoned"), Options(policy="demo")) as stack:
        async with site(stack, []) as found:
            yield found


@pytest_asyncio.fixture(scope="module")
async def handled(running):
    """The mix by offset, and what is left when it was read."""
    return await produce(running.stack.kafka, TOPIC, MIX), await running.at_rest(40)


@pytest_asyncio.fixture(scope="module")
async def parked(running):
    """A complaint whose next state MongoDB cannot hold."""
    made = hostile()
    await produce(running.stack.kafka, PROPOSALS, [made])
    await running.at_rest(40)
    return made


def letters(evidence, topic=BURIED):
    """The dead letters by the offset of what they were."""
    found = {}
    for record in evidence.records:
        headers = dict(record.headers)
        if record.topic == topic and "dlq-original-offset" in headers:
            found[int(headers["dlq-original-offset"])] = (record, headers)
    return found


def unanswered(evidence):
    """The healthy ones that no event of the stage has as its cause."""
    events = [r.value for r in evidence.records if r.topic == "complaints.investigation.events"]
    healthy = {made.id for made in MIX if not made.reason}
    return healthy - {json.loads(value).get("causationid") for value in events}


async def test_what_is_healthy_passes_between_poison_also_with_odd_headers(handled):
    assert unanswered(handled[1]) == set()


async def test_each_poison_is_a_dead_letter_with_its_reason_and_its_very_bytes(handled):
    produced, evidence = handled
    found = letters(evidence)
    poison = {offset: made for offset, made in produced.items() if made.reason}

    assert found.keys() == poison.keys()
    for offset, made in poison.items():
        record, headers = found[offset]
        assert headers["dlq-reason"].decode() == made.reason, made.name
        assert (record.key, record.value) == (made.key, made.value), made.name
        assert [pair for pair in record.headers if pair in made.headers] == list(made.headers)
        assert headers["dlq-original-topic"].decode() == TOPIC
        assert headers["dlq-stage"] == b"investigation"


async def test_a_state_that_mongodb_cannot_hold_parks_its_complaint_alone(running, parked):
    evidence = await running.at_rest()
    complaint = parked.key.decode()
    (record, headers), *more = letters(evidence, "complaints.resolution.dead-letters").values()

    assert more == []
    assert (record.value, headers["dlq-reason"]) == (parked.value, b"OverflowError")
    assert evidence.documents["resolution"][complaint]["run"]["parked"] == "OverflowError"


async def test_the_log_names_the_parked_complaint_and_the_event(running, parked):
    log = (running.stack.folder / "logs" / "resolution.log").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if "complaint parked" in line]

    assert [line["complaint_id"] for line in lines] == [parked.key.decode()]
    assert lines[0]["event_id"] == json.loads(parked.value)["id"]


async def listed(running, *arguments):
    code, said = await running.redress("dead-letters", "list", "--json", *arguments)
    assert code == 0, said
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.usefixtures("handled")
async def test_an_operator_lists_and_shows_dead_letters_without_their_words(running):
    found = await listed(running, "--reason", "too_large")
    code, said = await running.redress("dead-letters", "show", found[0]["letter"])

    assert [letter["reason"] for letter in found] == ["too_large"]
    assert code == 0
    assert json.loads(said)["bytes"] > 300_000
    assert "xxx" not in said


@pytest.mark.usefixtures("handled")
async def test_a_redriven_letter_is_tried_again_and_counted(running):
    code, said = await running.redress(
        "dead-letters", "redrive", "--reason", "schema_invalid", "--yes"
    )
    await running.at_rest(30)
    (again,) = await listed(running, "--reason", "schema_invalid")

    assert (code, said) == (0, "1 redriven\n")
    assert again["redrives"] == "1"


async def test_a_redriven_complaint_parks_again_while_its_cause_is_there(running, parked):
    complaint = parked.key.decode()
    before = await listed(running, "--complaint", complaint)
    code, said = await running.redress("dead-letters", "redrive", "--complaint", complaint, "--yes")
    evidence = await running.at_rest(30)
    after = await listed(running, "--complaint", complaint)

    assert (code, said) == (0, "1 redriven\n")
    assert evidence.documents["resolution"][complaint]["run"]["parked"] == "OverflowError"
    assert len(before) == len(after) == 1
    assert before[0]["letter"] != after[0]["letter"]


@pytest.mark.usefixtures("handled")
async def test_a_discarded_letter_is_gone_from_the_list_and_says_why_in_the_log(running):
    (letter,) = await listed(running, "--reason", "unknown_type")
    arguments = ("dead-letters", "discard", letter["letter"], "--why", "a test record", "--yes")

    assert await running.redress(*arguments) == (0, "1 discarded\n")
    assert await listed(running, "--reason", "unknown_type") == []
    evidence = await running.at_rest()
    notes = [dict(r.headers).get("dlq-note") for r in evidence.records if r.topic == BURIED]
    assert b"a test record" in notes


async def test_a_header_name_that_is_no_text_stops_no_stage(running):
    await odd_names.produce(running.stack.kafka, "complaints.notify.inputs", [b"even", b"odd"])
    found = letters(await running.at_rest(40), "complaints.notify.dead-letters")

    assert [record.value for record, _ in found.values()] == [b"even", b"odd"]
    assert r"\xff\xfe" in dict(found[1][0].headers)
