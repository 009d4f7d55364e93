"""An event version of old is read as the next one; its bytes stay, and with them every hash."""

import json

import pytest

from services.resolution.decide import DECIDER
from shared.audit.replay import fold
from shared.envelope import digest, make, read, write
from shared.errors import PoisonError
from shared.events.intake import RatingReceived
from shared.events.upcasts import UPCASTS, current
from shared.headers import headers
from shared.pipeline import STAGES
from shared.testing.rig import Rig
from shared.testing.scenario import COMPLAINT, START
from tests.recordings.corpus import recordings

STARS = {"bad": 1, "poor": 2, "fair": 3, "good": 4, "very good": 5}
OLD, NEW = "redress.rating-noted.v0", "redress.rating-noted.v1"
OLDER = "redress.rating-noted.v-1"
RECEIVED, RECEIVED_OLD = "redress.rating-received.v1", "redress.rating-received.v0"


def scored(data):
    """What once was a word is a number."""
    rest = {name: value for name, value in data.items() if name != "rating"}
    return {**rest, "score": STARS[data["rating"]]}


def worded(value, old):
    """An event's bytes as the version of old had them."""
    body = json.loads(value)
    score = body["data"].pop("score")
    body["data"]["rating"] = next(word for word, stars in STARS.items() if stars == score)
    body["type"], body["dataschema"] = old, f"urn:redress:schema:{old}"
    return json.dumps(body).encode()


@pytest.fixture
def retired(monkeypatch):
    monkeypatch.setitem(UPCASTS, OLD, (NEW, scored))
    monkeypatch.setitem(UPCASTS, RECEIVED_OLD, (RECEIVED, scored))


@pytest.fixture(scope="module")
def recorded():
    """A history of resolution with a rating in it."""
    return next(one for one in recordings() if NEW in one.types)


def as_of_old(values):
    """A history as it was before the version came: the words, and a chain of their own."""
    chained = []
    for value in values:
        old = worded(value, OLD) if json.loads(value)["type"] == NEW else value
        body = json.loads(old)
        if chained:
            body["prevhash"] = digest(chained[-1])
        chained.append(json.dumps(body).encode())
    return chained


@pytest.mark.usefixtures("retired")
def test_a_history_with_an_event_of_old_folds_to_the_same_state(recorded):
    old = as_of_old(recorded.values)

    events = [read(value, []) for value in old]

    assert any(OLD.encode() in value for value in old)
    assert fold("resolution", events) == recorded.state()
    assert [event.prevhash for event in events[1:]] == [digest(value) for value in old[:-1]]


def test_without_its_upcaster_the_history_cannot_be_read(recorded):
    with pytest.raises(PoisonError) as error:
        [read(value, []) for value in as_of_old(recorded.values)]

    assert error.value.slug == "unknown_major"


@pytest.mark.usefixtures("retired")
@pytest.mark.parametrize("hint", [None, OLD, NEW, "nonsense"])
def test_whatever_the_header_says_the_value_counts(recorded, hint):
    (value,) = (v for v in as_of_old(recorded.values) if OLD.encode() in v)

    event = read(value, [], hint)

    assert (event.type, event.dataschema) == (NEW, f"urn:redress:schema:{NEW}")
    assert event.data.score in STARS.values()


@pytest.mark.usefixtures("retired")
@pytest.mark.parametrize("data", [{}, {"rating": "splendid"}, [], None, "good"])
def test_data_that_its_version_never_had_is_poison_and_not_repeated(recorded, data):
    (value,) = (v for v in as_of_old(recorded.values) if OLD.encode() in v)
    body = {**json.loads(value), "data": data}

    with pytest.raises(PoisonError) as error:
        read(json.dumps(body).encode(), [])

    assert error.value.slug == "schema_invalid"
    assert "splendid" not in str(error.value)


def test_versions_follow_one_another(monkeypatch):
    monkeypatch.setitem(UPCASTS, OLDER, (OLD, lambda data: {"rating": data["words"]}))
    monkeypatch.setitem(UPCASTS, OLD, (NEW, scored))
    body = {"type": OLDER, "data": {"words": "fair"}, "id": "an-id"}

    found = current(body)

    assert (found["type"], found["data"], found["id"]) == (NEW, {"score": 3}, "an-id")
    assert body["type"] == OLDER


@pytest.mark.usefixtures("retired")
async def test_a_stage_takes_an_event_of_old_from_its_topic():
    rig, intake = Rig("resolution", DECIDER), STAGES["intake"]
    envelope = make(
        RatingReceived(decision_id="dec-1", score=4),
        id="an-id",
        stage="intake",
        complaint=COMPLAINT,
        time=START,
        lane="normal",
        sequence=1,
    )
    value = worded(write(envelope), RECEIVED_OLD)

    await rig.run(rig.fetched(intake.topic("events"), COMPLAINT, value, headers(envelope)))

    assert rig.dead_letters() == []
    assert [event.type for event in rig.published()] == ["redress.rating-refused.v1"]
