"""Words that come long after: how to stay safe, and that what many complained of is mended."""

from datetime import timedelta

import pytest

from services.notify.letters.render import render
from shared.events.intake import ComplaintWithdrawn
from shared.events.notify import RemindersScheduled
from shared.events.triage import ProblemFixed
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import START, closed, decided, desk, verified, wait

FORTNIGHT, LONG = timedelta(days=14), timedelta(days=90)
FIXED = ProblemFixed(problem_id="p-1", reason="node-replaced", staff="ops-1")


def over(finding="confirmed_takeover", language="en"):
    box = desk(language_hint=language).told(verified(), decided(finding=finding))
    return box.told(closed(decision_id="decision-1"))


def test_whose_account_was_in_danger_is_reminded_twice_on_schedule():
    box = over()
    (plan,) = [e for e in box.events if isinstance(e, RemindersScheduled)]
    assert [at - START for at in plan.at] == [FORTNIGHT, LONG]

    wait(box, FORTNIGHT)
    assert len(box.letters("security_reminder")) == 1
    wait(box, LONG)
    assert len(box.letters("security_reminder")) == 2
    assert not any(key.startswith("safety") for key in box.state.due)


@pytest.mark.parametrize("finding", ["by_rule", "credited_internal_delay", "no_indication"])
def test_nobody_else_is(finding):
    assert not [e for e in over(finding).events if isinstance(e, RemindersScheduled)]


def test_a_second_end_of_the_case_schedules_nothing_anew():
    box = over().told(decided(2, finding="confirmed_takeover"))
    box.told(closed(level=2, decision_id="decision-2"))
    assert len([e for e in box.events if isinstance(e, RemindersScheduled)]) == 1


def test_each_who_complained_of_it_is_told_once_that_it_is_mended():
    box = desk().told(FIXED, FIXED)
    (letter,) = box.letters("improvement")
    assert "You and others told us of the same trouble" in render(letter).body


def test_who_took_the_complaint_back_is_told_nothing():
    assert desk().told(ComplaintWithdrawn(), FIXED).letters("improvement") == []


@pytest.mark.parametrize("kind", ["improvement", "security_reminder"])
def test_each_language_has_words_of_its_own(kind):
    subjects = set()
    for language in LANGUAGES:
        box = over(language=language).told(FIXED)
        wait(box, FORTNIGHT)
        subjects.add(render(box.letters(kind)[0]).subject)
    assert len(subjects) == len(LANGUAGES)
