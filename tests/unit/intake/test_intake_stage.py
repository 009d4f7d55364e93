import pytest

from services.intake.decide import DECIDER
from shared.envelope import make
from shared.events.base import ComplaintFacts
from shared.events.intake import (
    AppealReceived,
    AppealSubmitted,
    ComplaintSubmitted,
    ConfirmationReceived,
    ConfirmationSubmitted,
    FollowUpRefused,
    MessageReceived,
    MessageSubmitted,
    OriginalRead,
    OriginalRequested,
    RatingReceived,
    RatingSubmitted,
    WithdrawalSubmitted,
)
from shared.events.personal import Personal
from shared.pipeline import STAGES
from shared.testing.scenario import COMPLAINT, START, Scenario

STOLEN = "Somebody hacked my account and my coins were stolen."


@pytest.fixture
def scene():
    return Scenario(STAGES["intake"], DECIDER)


def submitted(text="My deposit has not arrived."):
    facts = ComplaintFacts(
        reference="RD-0000-0000-0000-0",
        channel="web_form",
        subject=Personal("Help"),
        description=Personal(text),
        received_at=START,
    )
    return ComplaintSubmitted(facts=facts)


def message(text="Any news?", **supplied):
    return MessageSubmitted(text=Personal(text), received_at=START, supplied=supplied)


def names(events):
    return [type(event).__name__ for event in events]


def test_a_complaint_is_received(scene):
    data = submitted()
    (event,) = scene.when(data)
    assert (event.facts, event.funds_in_danger) == (data.facts, False)
    assert scene.state.reference == "RD-0000-0000-0000-0"


def test_a_second_complaint_under_one_id_is_refused(scene):
    scene.when(submitted())
    (event,) = scene.when(submitted())
    assert isinstance(event, FollowUpRefused)
    assert (event.rule, event.kind) == ("already-received", "complaint")


def test_who_submitted_a_complaint_is_noted(scene):
    (event,) = scene.when(submitted())
    envelope = make(
        event,
        id="e1",
        stage="intake",
        complaint=COMPLAINT,
        time=START,
        lane="normal",
        sequence=1,
        actor="submitter:mia",
    )
    assert DECIDER.evolve(DECIDER.state(), envelope).submitter == "submitter:mia"


def test_funds_in_danger_raise_the_lane(scene):
    raised, event = scene.when(submitted(STOLEN))
    assert (type(raised).__name__, raised.reason) == ("IntakeLaneRaised", "funds-in-danger")
    assert event.funds_in_danger
    assert scene.state.lane == "express"


def test_a_message_that_says_so_raises_it_too_but_only_once(scene):
    scene.when(submitted())
    assert names(scene.when(message(STOLEN))) == ["IntakeLaneRaised", "MessageReceived"]
    assert names(scene.when(message(STOLEN))) == ["MessageReceived"]


@pytest.mark.parametrize(
    ("actor", "session"),
    [("account:u1", "u1"), ("account:", None), ("customer", None), ("submitter:u1", None)],
)
def test_a_message_names_the_session_that_its_channel_vouches_for(scene, actor, session):
    scene.when(submitted())
    (event,) = scene.when(message(), actor)
    assert event.session == session


@pytest.mark.parametrize("first", [True, False])
def test_follow_ups_are_passed_on_also_before_their_complaint(scene, first):
    if first:
        scene.when(submitted())
    why = Personal("Because")
    assert scene.when(message(txid="ab")) == [
        MessageReceived(text=Personal("Any news?"), received_at=START, supplied={"txid": "ab"})
    ]
    assert scene.when(AppealSubmitted(decision_id="d1", points=("1",), reason=why)) == [
        AppealReceived(decision_id="d1", points=("1",), reason=why)
    ]
    assert scene.when(ConfirmationSubmitted(decision_id="d1", satisfied=True)) == [
        ConfirmationReceived(decision_id="d1", satisfied=True)
    ]
    assert scene.when(RatingSubmitted(decision_id="d1", score=5, comment=why)) == [
        RatingReceived(decision_id="d1", score=5, comment=why)
    ]
    if not first:
        assert names(scene.when(submitted())) == ["ComplaintReceived"]


def test_a_decision_is_rated_once(scene):
    scene.when(RatingSubmitted(decision_id="d1", score=5))
    assert names(scene.when(RatingSubmitted(decision_id="d2", score=1))) == ["RatingReceived"]
    (event,) = scene.when(RatingSubmitted(decision_id="d1", score=1))
    assert (event.rule, event.kind) == ("already-rated", "rating")
    assert event.input_id


def test_a_complaint_is_withdrawn_once(scene):
    scene.when(submitted())
    assert names(scene.when(WithdrawalSubmitted())) == ["ComplaintWithdrawn"]
    (event,) = scene.when(WithdrawalSubmitted())
    assert (event.rule, event.kind) == ("already-withdrawn", "withdrawal")


def test_a_withdrawal_that_overtakes_its_complaint_holds(scene):
    scene.when(WithdrawalSubmitted(reason=Personal("My mistake")))
    assert names(scene.when(submitted())) == ["ComplaintReceived"]
    assert names(scene.when(WithdrawalSubmitted())) == ["FollowUpRefused"]


def test_words_after_a_withdrawal_are_still_kept(scene):
    scene.when(WithdrawalSubmitted())
    assert names(scene.when(message("I changed my mind"))) == ["MessageReceived"]


def test_whoever_reads_a_message_as_it_came_is_written_down(scene):
    scene.when(submitted())

    (read,) = scene.when(OriginalRequested(raw="ab" * 32, staff="agent-1"))

    assert read == OriginalRead(raw="ab" * 32, staff="agent-1")
