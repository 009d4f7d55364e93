"""What people see of a complaint: the customer's plain steps, the staff's timeline."""

from datetime import timedelta

import pytest

from services.notify.customer import customer_view
from services.notify.timeline import UNREADABLE, timeline, title_of
from shared.envelope import read
from shared.events.intake import (
    AppealReceived,
    ComplaintWithdrawn,
    MessageReceived,
    RatingReceived,
)
from shared.events.personal import DataKey, Personal
from shared.events.resolution import ApprovalDenied, DecisionConfirmed
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story, deposit
from tests.unit.notify.letterbox import (
    admissibility,
    appealed,
    assigned,
    closed,
    decided,
    info_requested,
    proof_awaited,
    received,
    verified,
)


def view(*facts):
    story = Story(COMPLAINT, START).tell(*((float(n), fact) for n, fact in enumerate(facts)))
    return customer_view(COMPLAINT, "RD-TEST", story.events)


MESSAGE = MessageReceived(text=Personal("the txid is …"), received_at=START)
APPEAL = AppealReceived(decision_id="decision-1", points=("amount",), reason=Personal("more"))
RATING = RatingReceived(decision_id="decision-1", score=5)
AWAITED = proof_awaited(needed="L3")
DENIED = ApprovalDenied(proposal_id="proposal-1", staff="boss", reason="no", level=1)
CONFIRMED = DecisionConfirmed(decision_id="decision-1", by="customer")


@pytest.mark.parametrize(
    ("facts", "status", "may"),
    [
        ((), "received", ("reply", "withdraw")),
        ((received(),), "received", ("reply", "withdraw")),
        ((received(), info_requested()), "awaiting_info", ("reply", "withdraw")),
        ((received(), admissibility(admissible=True)), "in_progress", ("reply", "withdraw")),
        ((received(), assigned()), "in_progress", ("reply", "withdraw")),
        ((received(), assigned(), AWAITED), "awaiting_proof", ("reply", "withdraw")),
        ((received(), assigned(), AWAITED, verified()), "awaiting_proof", ("reply", "withdraw")),
        ((received(), assigned(), AWAITED, verified("L3")), "in_progress", ("reply", "withdraw")),
        ((received(), assigned(), AWAITED, DENIED), "in_progress", ("reply", "withdraw")),
        ((received(), AWAITED, ComplaintWithdrawn()), "withdrawn", ()),
        (
            (received(), AWAITED, decided(), APPEAL, appealed(), assigned(2)),
            "in_progress",
            ("reply", "withdraw"),
        ),
        ((received(), admissibility(admissible=False)), "inadmissible", ()),
        ((received(), decided()), "decided", ("reply", "confirm", "appeal")),
        ((received(), decided(), APPEAL), "decided", ("reply", "confirm")),
        ((received(), decided(2)), "decided", ("reply", "confirm")),
        (
            (received(), admissibility(admissible=True), decided(), APPEAL, appealed()),
            "in_progress",
            ("reply", "withdraw"),
        ),
        ((received(), decided(), CONFIRMED, closed()), "closed", ("appeal", "rate")),
        ((received(), decided(), closed(), RATING), "closed", ("appeal",)),
        ((received(), ComplaintWithdrawn()), "withdrawn", ()),
        ((received(), decided(), closed(), ComplaintWithdrawn()), "closed", ("appeal", "rate")),
        ((received(), closed("withdrawn", decision_id=None)), "withdrawn", ()),
    ],
)
def test_the_customer_sees_where_the_complaint_stands_and_what_can_be_done(facts, status, may):
    seen = view(*facts)

    assert (seen.status, seen.may) == (status, may)


def test_the_order_in_which_events_arrive_does_not_matter():
    story = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))

    assert customer_view(COMPLAINT, "R", story.events) == customer_view(
        COMPLAINT, "R", story.events[::-1]
    )


def test_messages_of_both_sides_stand_in_order():
    seen = view(received(), MESSAGE, decided(), APPEAL)

    assert [(m.sender, m.kind) for m in seen.messages] == [
        ("you", "complaint"),
        ("us", "acknowledgement"),
        ("you", "message"),
        ("us", "decision"),
        ("you", "appeal"),
    ]
    assert seen.messages[0].text == "description"
    assert seen.messages[-1].text == "amount\nmore"


def test_the_decision_is_the_last_one_told():
    decision = view(received(), decided(), appealed(), decided(2, outcome="rejected")).decision

    assert (decision.decision_id, decision.outcome) == ("decision-2", "rejected")
    assert decision.text.startswith("We do not agree")
    assert decision.respond_by == START + timedelta(days=7)


def test_the_next_word_is_the_deadline_while_we_wait_for_the_customer():
    week = START + timedelta(days=7)

    assert view(received()).next_update_by == START + timedelta(days=6, hours=12)
    assert view(received(), info_requested()).next_update_by == week
    assert view(received(), decided()).next_update_by is None
    assert view().next_update_by is None


def test_steps_have_plain_names():
    seen = view(received(), info_requested(), admissibility(admissible=True), assigned(), decided())
    names = [step.name for step in seen.steps]

    assert names == ["received", "info_requested", "checked", "assigned", "decided"]
    assert view(received(), admissibility(admissible=False)).steps[-1].name == "inadmissible"


def test_the_timeline_shows_every_event_with_the_time_since_the_one_before():
    story = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))
    rows = timeline(story.events[::-1], reads=True)

    assert len(rows) == len(story.events)
    assert rows[0].title == "Complaint received"
    assert rows[0].waited_s is None
    assert rows[1].waited_s == pytest.approx(0.05)
    assert [row.time for row in rows] == sorted(row.time for row in rows)


def test_a_row_keeps_plain_facts_and_personal_words_apart():
    story = Story(COMPLAINT, START).tell((0, received(user_id="10042")))
    row = timeline(story.events, reads=True)[0]
    plain = {entry.name: entry.value for entry in row.details}

    assert plain["facts.user_id"] == "10042"
    assert plain["funds_in_danger"] == "no"
    assert {e.name for e in row.personal} == {"facts.subject", "facts.description", "facts.contact"}
    assert "description" not in plain.values()


def test_a_letter_stands_in_the_timeline_as_the_customer_reads_it():
    story = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))
    letters = [row.letter for row in timeline(story.events, reads=True) if row.letter]

    assert letters[-1].subject == "Our decision on your complaint"
    assert "(0.5 BTC)" in letters[-1].text


def test_lists_and_amounts_are_shown_by_place():
    story = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))
    row = next(row for row in timeline(story.events, reads=True) if row.title == "Remedy proposed")
    facts = {entry.name: entry.value for entry in row.details}

    assert facts["remedies.1.amount"] == "0.5"
    assert facts["details.confirmations"] == "9"


def test_words_whose_key_is_missing_say_so_and_erased_ones_too():
    story, found = Story(COMPLAINT, START).tell((0, received())), []
    value = story.rows(DataKey(COMPLAINT, b"k" * 32), START)[0]["value"]
    locked = read(value, found)

    assert {entry.value for entry in timeline([locked], reads=True)[0].personal} == {UNREADABLE}
    for personal in found:
        personal.unlock(DataKey(COMPLAINT, None))
    assert {entry.value for entry in timeline([locked], reads=True)[0].personal} == {"erased"}


def test_titles_are_made_from_the_wire_name():
    assert title_of("redress.lease-lost.v2") == "Lease lost"
