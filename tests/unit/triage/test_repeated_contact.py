"""Who writes again and again, by new complaints or about the same one, is heard sooner."""

from datetime import timedelta

import pytest

from services.triage.state import TriageState
from shared.events.triage import ContactNoted
from shared.events.verification import CustomerWrote
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    MISSING,
    STOLEN,
    WISH,
    classified,
    decision,
    found,
    names,
    running,
    triage,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def writes(case, after):
    case.now = START + after
    return case.when(CustomerWrote(received_at=case.now))


@pytest.mark.parametrize(("text", "priority"), [(WISH, "P3"), (MISSING, "P2"), (STOLEN, "P1")])
def test_the_third_contact_about_a_case_makes_it_one_step_more_urgent(text, priority):
    case = running(text)
    before = case.state.priority
    writes(case, 2 * HOUR)
    assert case.state.priority == before
    writes(case, DAY)
    assert case.state.priority == priority
    writes(case, 2 * DAY)
    assert case.state.priority == priority


def test_why_it_rose_is_told():
    case = running(WISH)
    assert writes(case, 2 * HOUR) == [ContactNoted(at=START + 2 * HOUR)]
    noted, change, _clocks = writes(case, DAY)
    assert noted == ContactNoted(at=START + DAY)
    assert (change.reason, change.staff) == ("repeated-contact", None)
    assert writes(case, 2 * DAY) == []


def test_what_is_written_in_one_go_is_one_contact():
    case = running(WISH)
    for minutes in range(0, 55, 5):
        assert writes(case, timedelta(minutes=minutes)) == []
    writes(case, 2 * HOUR)
    assert writes(case, 2 * HOUR + timedelta(minutes=59)) == []
    assert case.state.priority == "P4"


def test_what_was_written_long_ago_counts_no_more():
    case = running(WISH)
    writes(case, DAY)
    assert names(writes(case, 9 * DAY)) == ["ContactNoted"]
    assert case.state.priority == "P4"


def test_a_case_is_no_contact_of_its_own_for_ever():
    case = running(WISH)
    writes(case, 8 * DAY)
    assert names(writes(case, 9 * DAY)) == ["ContactNoted"]
    assert "PriorityChanged" in names(writes(case, 10 * DAY))


@pytest.mark.parametrize(("after", "priority"), [(7 * DAY, "P3"), (7 * DAY + HOUR, "P4")])
def test_another_complaint_counts_from_its_own_day_and_no_longer_than_the_time(after, priority):
    case = classified(WISH)
    found(case, "agent-x", complaints=2, complained_at=(START,))
    writes(case, after)
    assert case.state.priority == priority


def test_a_complaint_of_five_days_ago_is_out_of_the_time_three_days_later():
    case = classified(WISH)
    noted, _assigned = found(case, "agent-x", complaints=2, complained_at=(START - 5 * DAY,))
    assert noted.complained_at == (START - 5 * DAY,)
    assert names(writes(case, 3 * DAY)) == ["ContactNoted"]
    assert case.state.priority == "P4"


def test_a_state_of_before_knew_how_many_complaints_and_they_are_as_old_as_the_case():
    stored = {"classified_at": START, "complaints": 3}
    assert TriageState.model_validate(stored).complaints_at == (START, START)
    assert TriageState.model_validate({}).complaints_at == ()


def test_a_second_complaint_and_a_word_about_it_are_three_contacts():
    case = classified(WISH)
    assert names(found(case, "agent-x", complaints=2)) == ["ContactNoted", "CaseAssigned"]
    assert "PriorityChanged" in names(writes(case, DAY))


def test_a_word_before_somebody_was_found_counts_with_the_complaints():
    case = classified(WISH)
    found(case, None)
    writes(case, 2 * HOUR)
    assert case.state.priority == "P4"
    found(case, None, complaints=2)
    assert case.state.priority == "P3"


def test_the_same_count_is_noted_once():
    case = classified(WISH)
    assert "ContactNoted" in names(found(case, None, complaints=2))
    assert "ContactNoted" not in names(found(case, None, complaints=2))


def test_a_case_that_is_over_or_not_known_yet_does_not_rise():
    case = running(WISH)
    case.when(decision())
    assert writes(case, DAY) == []
    assert writes(triage(), DAY) == []


def test_a_word_that_we_hear_of_late_counts_when_it_was_written():
    case = running(WISH)
    writes(case, 3 * HOUR)
    case.now = START + 2 * DAY
    assert case.when(CustomerWrote(received_at=START + 2 * HOUR)) == []
