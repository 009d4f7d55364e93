"""Secrets in what a customer writes over HTTP: out of what is kept, and told back by kind."""

import pytest

from shared.events.base import LaneRaised
from tests.unit.intake.desk import Desk

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"  # BIP 39's own
TEXT = f"My wallet is empty, the words are: {SEED}"


async def test_a_secret_is_masked_in_the_complaint_and_named_in_the_answer():
    desk = Desk()
    answer = await desk.submit(description=TEXT)
    (received,) = [e for e in await desk.fold() if e.type == "redress.complaint-received.v1"]
    await desk.door.keyring.unlock([received.data.facts.description])

    assert answer.json()["warnings"] == list(received.data.facts.masked) != []
    assert "sausage" not in received.data.facts.description.text
    assert (await desk.submit(description=TEXT)).json() == answer.json()


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("messages", {"text": TEXT}),
        ("withdraw", {"reason": TEXT}),
        ("appeal", {"decision_id": "d1", "points": [TEXT], "reason": "It is wrong."}),
        ("rating", {"decision_id": "d1", "score": 1, "comment": TEXT}),
    ],
)
async def test_a_secret_is_masked_in_whatever_follows(route, body):
    desk = Desk()
    opened = await desk.submit()
    await desk.fold()

    answer = await desk.follow(opened, route, body)

    event = (await desk.fold())[-1]
    await desk.door.keyring.unlock(found := list(personal(event.data)))
    assert answer.json()["warnings"]
    assert found
    assert not any("sausage" in one.text for one in found)


async def test_what_was_written_is_kept_as_it_came_where_something_was_taken_out():
    desk = Desk()
    opened = await desk.submit(description=TEXT)
    await desk.fold()
    await desk.follow(opened, "messages", {"text": TEXT})

    told = [event.data for event in await desk.fold()]
    raws = [getattr(data, "facts", data).raw for data in told if not isinstance(data, LaneRaised)]
    kept = {place[2]: words for place, words in desk.shelf.kept.items() if place[1] == "raw"}
    assert len(kept) == 2
    assert all(b"sausage" in words for words in kept.values())
    assert set(raws) <= kept.keys()


async def test_who_writes_no_secret_gets_no_warning():
    assert "warnings" not in (await Desk().submit()).json()


def personal(data):
    """What is sealed in an event."""
    values = (getattr(data, name) for name in type(data).model_fields)
    return (value for value in values if type(value).__name__ == "Personal")
