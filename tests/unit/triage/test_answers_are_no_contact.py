"""Who answers us does not chase us: an answer, what belongs to it, a reply to staff."""

from datetime import timedelta

import pytest

from shared.events.notify import StaffMessageSent
from shared.events.personal import Personal
from shared.events.triage import ContactNoted
from shared.events.verification import (
    CustomerWrote,
    InfoDeadlinePassed,
    InfoProvided,
    InfoRequested,
)
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    STOLEN,
    WISH,
    classified,
    decision,
    found,
    names,
    running,
    triage,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + 7 * DAY, staff="boss")
ANSWER = InfoProvided(items=("txid",))
LATE = InfoDeadlinePassed(missing=("txid",))
MESSAGE = StaffMessageSent(message_id="m", staff="boss", text=Personal("We look into it."))


def at(case, after, fact):
    case.now = START + after
    return case.when(fact)


def writes(case, after):
    return at(case, after, CustomerWrote(received_at=START + after))


def chased(case):
    return len(case.state.contacts)


def test_a_picture_that_follows_an_answer_belongs_to_it():
    case = running(WISH)
    at(case, DAY, ASKED)
    at(case, 2 * DAY, ANSWER)
    assert writes(case, 2 * DAY + MINUTE) == []
    assert writes(case, 2 * DAY + 59 * MINUTE) == []
    assert writes(case, 2 * DAY + 2 * HOUR) == [ContactNoted(at=START + 2 * DAY + 2 * HOUR)]


def test_a_picture_that_follows_the_second_part_of_an_answer_belongs_to_it_too():
    case = running(WISH)
    at(case, DAY, ASKED)
    at(case, 2 * DAY, ANSWER)
    (part,) = at(case, 3 * DAY, ANSWER)
    assert (part.kind, part.at) == ("answer", START + 3 * DAY)
    assert writes(case, 3 * DAY + MINUTE) == []
    assert chased(case) == 0


def test_an_answer_that_we_never_waited_for_says_nothing():
    assert at(running(WISH), DAY, ANSWER) == []


def test_the_first_word_after_a_message_of_ours_is_its_answer():
    case = running(WISH)
    assert at(case, DAY, MESSAGE) == [ContactNoted(at=START + DAY, kind="question")]
    assert writes(case, 3 * DAY) == [ContactNoted(at=START + 3 * DAY, kind="answer")]
    assert writes(case, 3 * DAY + MINUTE) == []
    assert chased(case) == 0
    assert names(writes(case, 3 * DAY + 2 * HOUR)) == ["ContactNoted"]
    assert chased(case) == 1


def test_each_message_of_ours_has_its_answer_and_two_in_a_row_have_one():
    case = running(WISH)
    at(case, DAY, MESSAGE)
    assert at(case, DAY + HOUR, MESSAGE) == []
    writes(case, DAY + 2 * HOUR)
    writes(case, DAY + 4 * HOUR)
    assert chased(case) == 1
    at(case, 2 * DAY, MESSAGE)
    writes(case, 2 * DAY + MINUTE)
    assert chased(case) == 1


def test_a_talk_with_staff_makes_no_case_more_urgent_and_chasing_still_does():
    case = running(WISH)
    for day in range(1, 4):
        at(case, day * DAY, MESSAGE)
        writes(case, day * DAY + 2 * HOUR)
    assert case.state.priority == "P4"
    writes(case, 4 * DAY)
    writes(case, 5 * DAY)
    assert case.state.priority == "P3"


def test_a_word_from_before_our_message_that_we_hear_of_after_it_counts():
    case = running(WISH)
    at(case, DAY, MESSAGE)
    case.now = START + DAY + MINUTE
    case.when(CustomerWrote(received_at=START + DAY - HOUR))
    assert chased(case) == 1
    assert case.state.asked_at


@pytest.mark.parametrize("gap", [2 * HOUR, 3 * DAY])
def test_after_the_deadline_a_word_answers_nothing(gap):
    case = running(WISH)
    at(case, DAY, ASKED)
    at(case, 8 * DAY, LATE)
    writes(case, 8 * DAY + gap)
    assert chased(case) == 1


def test_nothing_is_noted_of_a_case_that_cannot_rise_by_it():
    over, urgent = running(WISH), running(STOLEN)
    over.when(decision())
    for case in (over, urgent, triage()):
        assert at(case, DAY, MESSAGE) == []


def test_another_complaint_counts_whatever_was_asked():
    case = classified(WISH)
    at(case, HOUR, MESSAGE)
    found(case, None, complaints=3, complained_at=(START, START))
    assert case.state.priority == "P3"
