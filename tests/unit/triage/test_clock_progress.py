from datetime import timedelta

import pytest

from shared.events.notify import LetterSent
from shared.events.verification import InfoProvided, InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    appealed,
    closed,
    decision,
    instants,
    names,
    running,
    started,
    triage,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START, staff="boss")


def letter(at, kind="progress", channel="inbox"):
    return LetterSent(letter_id="l", kind=kind, channel=channel, sent_at=at)


def told(case, after, kind="progress"):
    case.now = START + after
    return case.when(letter(case.now, kind))


def test_the_next_word_is_owed_from_the_last_letter():
    case = running()
    assert started(told(case, 10 * HOUR)) == {"progress": START + 10 * HOUR + 2 * DAY}
    assert started(told(case, 20 * HOUR)) == {"progress": START + 20 * HOUR + 2 * DAY}


def test_a_letter_soon_after_another_needs_no_event():
    case = running()
    assert told(case, 30 * MINUTE) == []
    told(case, 10 * HOUR)
    assert told(case, 10 * HOUR + 59 * MINUTE) == []
    assert instants(case)["progress:1"] == START + 10 * HOUR + 2 * DAY


@pytest.mark.parametrize("kind", ["secret_warning", "rating_request"])
def test_a_letter_without_news_is_no_word_from_us(kind):
    assert told(running(), 10 * HOUR, kind) == []


def test_a_letter_about_an_appeal_belongs_to_its_level():
    case = running()
    case.when(decision())
    case.when(appealed())
    assert instants(case)["progress:2"] == START + 2 * DAY
    told(case, 10 * HOUR)
    assert instants(case)["progress:2"] == START + 10 * HOUR + 2 * DAY


def test_silence_is_a_breach_and_the_next_letter_a_new_promise():
    case = running()
    events = [e for e in case.elapse(3 * DAY) if e.clock == "progress"]
    assert [e.due_at for e in events if type(e).__name__ == "ClockBreached"] == [RECEIVED + 2 * DAY]
    assert names(case.when(letter(case.now))) == ["ClockStopped", "ClockStarted"]
    assert instants(case)["progress:1"] == START + 5 * DAY
    assert case.state.broken.keys() == {"first_action:1", "resolution:1"}


def test_a_letter_to_a_case_that_is_over_promises_nothing():
    case = running()
    case.when(closed())
    assert told(case, 10 * HOUR) == []


def test_a_question_to_the_customer_is_a_word_from_us_whose_answer_is_theirs():
    case = running()
    case.when(ASKED)
    assert told(case, 10 * HOUR, "information_request") == []


def test_a_question_ends_a_silence_and_the_next_word_is_owed_from_the_answer():
    case = running()
    case.elapse(2 * DAY)
    assert case.state.broken.keys() == {"first_action:1", "progress:1"}
    case.when(ASKED)
    assert names(told(case, 2 * DAY, "information_request")) == ["ClockStopped"]
    assert "progress:1" not in case.state.clocks
    case.now = START + 5 * DAY
    answer = InfoProvided(items=("txid",))
    assert names(case.when(answer)) == ["ClockResumed", "ClockStarted"]
    assert instants(case)["progress:1"] == START + 7 * DAY
    assert case.when(answer) == []


def test_a_question_that_finds_all_promises_broken_is_waited_for_all_the_same():
    case = running()
    case.elapse(4 * DAY)
    assert case.state.broken.keys() == {"first_action:1", "resolution:1", "progress:1"}
    assert names(case.when(ASKED)) == ["ClockPaused"]
    assert names(told(case, 4 * DAY, "information_request")) == ["ClockStopped"]
    case.now = START + 5 * DAY
    answer = InfoProvided(items=("txid",))
    assert names(case.when(answer)) == ["ClockResumed", "ClockStarted"]
    assert instants(case) == {"progress:1": START + 7 * DAY}


def test_letters_before_the_case_is_known_need_no_note_where_no_law_asks_for_one():
    assert triage().when(letter(START, "acknowledgement")) == []
