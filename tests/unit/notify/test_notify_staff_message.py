"""Staff write to the customer: once, to the page and where the letters go, or with a reason."""

import pytest
from pydantic import ValidationError

from services.notify.commands import StaffMessage, message
from services.notify.customer import customer_view
from shared.events.notify import (
    StaffMessageRefused,
    StaffMessageSent,
    StaffMessageSubmitted,
)
from shared.events.personal import ERASED, Personal
from shared.http.tokens import Principal
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story, deposit
from tests.unit.notify.letterbox import Desk, desk

AGENT = Principal("agent-1", frozenset({"agent"}))


def said(text="We have found it", **more):
    return StaffMessageSubmitted(staff="agent-1", text=Personal(text), **more)


def decided(asked):
    return desk().when(asked)


def test_the_words_go_to_the_page_and_where_the_letters_go():
    box = desk()
    box.when(said())

    (sent,) = [event for event in box.events if isinstance(event, StaffMessageSent)]
    letter = box.letters("staff_message")[0]
    assert sent.text.text == letter.explanation.text == "We have found it"
    assert letter.channels == ("inbox", "email")


def test_every_message_is_sent_though_its_words_are_the_same():
    box = desk()
    box.when(said())
    box.when(said())

    assert len(box.letters("staff_message")) == 2


@pytest.mark.parametrize(
    ("known", "asked", "rule"),
    [
        (False, said(), "not-received"),
        (True, said(ERASED), "erased"),
        (True, said(expected_sequence=1), "case-moved-on"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_rule(known, asked, rule):
    box = desk() if known else Desk()
    box.when(asked)

    assert [e.rule for e in box.events if isinstance(e, StaffMessageRefused)] == [rule]
    assert box.letters("staff_message") == []


def test_the_customer_reads_the_words_once_and_not_who_wrote_them():
    story = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START)[:1])
    for event in decided(said()):
        story.tell((5, event))
    shown = customer_view(COMPLAINT, "RD-TEST", story.events)

    (own,) = [line for line in shown.messages if line.text == "We have found it"]
    assert (own.kind, own.sender) == ("staff", "us")
    assert "staff_message" not in {line.kind for line in shown.messages}
    assert "agent-1" not in shown.model_dump_json()


def test_secrets_are_masked_before_anything_is_kept():
    card = "4111 1111 1111 1111"
    data = message(StaffMessage(text=f"Your card {card} was charged"), AGENT, START)

    assert card not in data.text.text
    assert data.masked


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_a_message_without_words_or_end_is_no_message(text):
    with pytest.raises(ValidationError):
        StaffMessage(text=text)
