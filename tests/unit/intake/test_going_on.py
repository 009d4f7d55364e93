"""A message that came too late becomes one new complaint; those after it go the same way."""

from datetime import timedelta

import pytest

from services.intake.decide import DECIDER
from services.intake.onward.work import actor_of, facts_of
from shared.events.base import ComplaintFacts
from shared.events.intake import ComplaintSubmitted, WordDelivered
from shared.events.late import Word
from shared.events.personal import Personal
from shared.events.resolution import LateMessageNoted
from shared.pipeline import STAGES
from shared.reference import reference_of
from shared.testing.scenario import COMPLAINT, START, Scenario

LATER = START + timedelta(days=90)
TXID = "cd" * 32


def facts(**more):
    given = {
        "reference": reference_of(COMPLAINT),
        "channel": "email",
        "subject": Personal("Help"),
        "description": Personal("It is gone"),
        "received_at": START,
        "contact": Personal("mia@customers.example"),
        "user_id": "u1",
    }
    return ComplaintFacts(**given | more)


@pytest.fixture
def scene():
    found = Scenario(STAGES["intake"], DECIDER)
    found.when(ComplaintSubmitted(facts=facts()))
    return brought_by(found, "submitter:app")


def brought_by(scene, actor):
    scene.state = scene.state.model_copy(update={"submitter": actor})
    return scene


def late(scene, text="It is gone again.", **more):
    word = Word(text=Personal(text), received_at=LATER, user_id="u1", **more)
    return scene.when(LateMessageNoted(word=word))


def moves(scene):
    return {key: item for key, item in scene.state.due.items() if item.kind == "move_message"}


def test_it_opens_a_complaint_that_is_linked_and_tells_the_receipt_of_this_one(scene):
    moved, linked = late(scene)
    assert (moved.opens, moved.since) == (True, START)
    assert moved.reference == reference_of(moved.into)
    assert (linked.link.other, linked.link.reasons) == (moved.into, ("follows",))
    assert scene.state.successor == moved.into


def test_those_after_it_go_to_the_same_complaint_in_their_order(scene):
    first, _ = late(scene)
    (second,) = late(scene, "And one more thing.")
    assert (second.into, second.opens) == (first.into, False)
    one, two = moves(scene)
    assert moves(scene)[two].after == one


def test_what_was_delivered_is_owed_no_more(scene):
    late(scene)
    (key,) = moves(scene)
    (arrived,) = scene.result(key, WordDelivered)
    assert arrived.key == key
    assert moves(scene) == scene.state.moving == {}


def test_the_new_complaint_has_its_own_receipt_and_says_what_it_follows(scene):
    moved, _ = late(scene, supplied={"txid": TXID, "amount": "1.5"})
    new = facts_of(COMPLAINT, scene.state, moved, ())
    assert (new.received_at, new.follows, new.followed_since) == (LATER, COMPLAINT, START)
    assert (new.description.text, new.contact.text) == (
        "It is gone again.",
        "mia@customers.example",
    )
    assert (new.txid, str(new.amount), new.user_id) == (TXID, "1.5", "u1")


def test_the_new_complaint_is_linked_to_what_it_follows():
    new = Scenario(STAGES["intake"], DECIDER)
    *_, linked = new.when(ComplaintSubmitted(facts=facts(follows="other", followed_since=START)))
    assert (linked.link.other, linked.link.reasons, linked.noticed) == ("other", ("follows",), True)


@pytest.mark.parametrize(("session", "actor"), [(None, "submitter:app"), ("u1", "account:u1")])
def test_who_submitted_the_old_one_follows_up_on_the_new_one_and_a_session_counts_once(
    scene, session, actor
):
    moved, _ = late(scene, session=session)
    assert actor_of(scene.state, moved.word) == actor


def test_a_session_of_the_old_complaint_vouches_for_nothing_new(scene):
    moved, _ = late(brought_by(scene, "account:u1"))
    assert actor_of(scene.state, moved.word) == "customer"
