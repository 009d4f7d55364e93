"""What is said of a record that nobody can read: its reason and its place, never its words."""

import json
import uuid

import pytest

from shared.decider import Decider, State
from shared.envelope import read
from shared.errors import PoisonError
from shared.events.intake import MessageReceived
from shared.pipeline import STAGES
from shared.testing.builders import an_envelope
from shared.testing.rig import Rig

CANARY = "canary-7261"
GOOD = {
    "specversion": "1.0",
    "id": "1",
    "source": "/redress/intake",
    "type": MessageReceived.event_type,
    "subject": str(uuid.uuid4()),
    "time": an_envelope(MessageReceived).time.isoformat(),
    "dataschema": "x",
    "sequence": 1,
}
BAD = {
    "a wrong value": {**GOOD, "data": {"text": {"kid": CANARY}, "received_at": CANARY}},
    "a wrong attribute": {**GOOD, "sequence": CANARY, "data": {}},
    "a naive instant": {**GOOD, "time": "2026-11-22T09:00:00", "data": {CANARY: CANARY}},
    "an unknown type": {**GOOD, "type": f"redress.{CANARY}.v1"},
    "another source": {**GOOD, "source": f"/{CANARY}", "data": {}},
    "no envelope": [CANARY],
}


@pytest.mark.parametrize("name", BAD)
def test_an_error_of_reading_repeats_nothing_of_what_was_sent(name):
    with pytest.raises(PoisonError) as caught:
        read(json.dumps(BAD[name]).encode(), [])

    assert CANARY not in f"{caught.value} {caught.value.slug}"


@pytest.mark.parametrize("name", BAD)
async def test_the_reason_of_a_dead_letter_repeats_nothing_of_what_was_sent(name, capfd):
    rig = Rig("verification", Decider(State, {MessageReceived: lambda *_: []}, {}))
    topic = STAGES["intake"].topic("events")
    await rig.run(rig.fetched(topic, GOOD["subject"], json.dumps(BAD[name]).encode()))

    [letter] = rig.dead_letters()
    assert letter["dlq-reason"]
    assert CANARY not in str(letter)
    assert CANARY not in "".join(capfd.readouterr())


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(PoisonError, match="time"):
        read(json.dumps(BAD["a naive instant"]).encode(), [])
