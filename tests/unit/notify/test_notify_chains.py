"""The chains of real recorded histories hold; a changed, a missing and a forged event are named."""

import orjson
import pytest

from services.notify.cases.chains import chains
from shared.envelope import digest, read
from tests.recordings.corpus import recordings

LONGEST = max(recordings(), key=lambda recording: len(recording.values))


@pytest.fixture
def kept():
    return [(read(value, []), value) for value in LONGEST.values]


def told(kept, so_far=None):
    (found,) = chains(kept, so_far or [event for event, _ in kept], whole=True)
    return found


def test_a_recorded_chain_holds_after_each_of_its_events(kept):
    for number in range(1, len(kept) + 1):
        found = told(kept, [event for event, _ in kept[:number]])
        assert (found.stage, found.events, found.fault) == (LONGEST.stage, number, "")
        assert found.digest == digest(kept[number - 1][1])


def test_a_changed_byte_breaks_the_chain_behind_it(kept):
    event, value = kept[1]
    changed = orjson.loads(value)
    changed["actor"] = "staff:nobody"
    value = orjson.dumps(changed)
    kept[1] = read(value, []), value

    assert told(kept).fault == "it does not follow the event before it"
    assert told(kept, [event, event]).fault == ""


def test_a_missing_event_breaks_the_chain(kept):
    del kept[2]

    assert told(kept).fault == "sequence 3 is missing before it"


def test_a_forged_id_breaks_the_chain(kept):
    event, value = kept[0]
    kept[0] = event.model_copy(update={"id": "f" * 8}), value

    assert told(kept).fault == "its id is not made from its cause"
