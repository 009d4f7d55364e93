"""The states of the log beside the live collections of a real MongoDB."""

import uuid

import pytest
from pymongo import MongoClient

from shared.audit.replay import Comparison, compared
from shared.pipeline import STAGES

TRIAGE = STAGES["triage"]
SAID = {"sequence": 3, "team": "deposits"}


@pytest.fixture
def live(addresses):
    """Puts live states of triage into a database of its own; returns what a comparison says."""
    name = f"replay_{uuid.uuid4().hex[:10]}"
    with MongoClient(addresses.mongo) as client:

        def put(said, states):
            documents = [{"_id": one, "state": state} for one, state in states.items()]
            client[name][TRIAGE.collection].insert_many(documents)
            log = [((one, TRIAGE.name), state) for one, state in said.items()]
            return compared(log, addresses.mongo, name)

        yield put
        client.drop_database(name)


def test_equal_states_are_no_difference(live):
    assert live({"a": SAID, "b": SAID}, {"a": SAID, "b": SAID}) == Comparison()


@pytest.mark.parametrize("now", [{"sequence": 3, "team": "x"}, {"sequence": 2, "team": "deposits"}])
def test_a_state_that_no_event_made_is_named(live, now):
    assert live({"a": SAID, "b": SAID}, {"a": SAID, "b": now}) == Comparison(["triage b"])


def test_a_state_that_is_gone_is_named(live):
    assert live({"a": SAID, "b": SAID}, {"b": SAID}) == Comparison(["triage a"])


def test_what_went_on_after_the_log_is_counted_and_not_compared(live):
    later = SAID | {"sequence": 4}
    assert live({"a": SAID}, {"a": later, "b": SAID, "c": {"sequence": 0}}) == Comparison(
        later=1, unknown=1
    )
