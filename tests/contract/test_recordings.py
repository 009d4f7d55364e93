"""Every released event version stands in a recording, and today's rules still fold it."""

import pytest

from shared.envelope import OWNER, digest, event_id
from tests.recordings.corpus import recordings, unrecorded

ALL = recordings()


def missing(old, new, place="state"):
    """Where a recorded value is not there any more, or is another; fields may be added."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{place}.{name}" for name in old.keys() - new.keys()]
        both = sorted(old.keys() & new.keys())
        return [*gone, *(m for n in both for m in missing(old[n], new[n], f"{place}.{n}"))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [m for n, (a, b) in pairs for m in missing(a, b, f"{place}[{n}]")]
    return [] if old == new else [place]


def test_every_released_event_version_is_recorded():
    how = "record it: python -m tests.recordings TEST_FILE (a test file that plays it)"

    assert sorted(unrecorded()) == [], how


@pytest.mark.parametrize("recording", ALL, ids=lambda one: f"{one.stage}/{one.path.stem}")
def test_a_recorded_history_folds_to_the_state_that_it_made(recording):
    folded, stored = recording.state(), recording.stored()

    for state in (folded, stored):
        assert missing(recording.expected, state.model_dump(mode="json")) == []


@pytest.mark.parametrize("recording", ALL, ids=lambda one: f"{one.stage}/{one.path.stem}")
def test_a_recorded_history_is_chained_as_a_real_one(recording):
    before = ""
    for sequence, (value, event) in enumerate(
        zip(recording.values, recording.events(), strict=True), 1
    ):
        made = (
            event_id(event.subject, event.stage, sequence, event.causationid, n) for n in range(9)
        )
        assert (event.sequence, event.prevhash) == (sequence, before)
        assert event.id in made
        assert (event.stage, OWNER[event.type]) == (recording.stage, recording.stage)
        before = digest(value)


def test_a_field_may_be_added_to_a_state_but_none_may_change_or_go():
    old = {"a": 1, "b": [{"c": 2}]}

    assert missing(old, {**old, "added": 3}) == []
    assert missing(old, {"a": 2, "b": [{"c": 2}]}) == ["state.a"]
    assert missing(old, {"a": 1, "b": [{}]}) == ["state.b[0].c"]
    assert missing(old, {"b": [{"c": 2}, {"c": 3}]}) == ["state.a", "state.b"]
