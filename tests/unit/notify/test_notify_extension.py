"""Who was promised an answer hears why it takes longer, and the new date."""

from datetime import timedelta

import pytest

from services.notify.letters.locale import instant
from services.notify.letters.render import render
from shared.events.intake import ComplaintWithdrawn
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import Desk, decided, desk, extended, received, words_of

BEFORE, AFTER = "18 December 2026, 00:00 UTC", "8 January 2027, 00:00 UTC"


def test_a_named_date_is_told_with_its_reason():
    (letter,) = desk().told(extended()).letters("extension")
    text = render(letter).body

    assert AFTER in text
    assert BEFORE in text
    assert "has not answered us yet" in text
    assert "RD-TEST" in text
    assert "ombudsman" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_is_told_in_the_customers_language(language):
    reasons = words_of(language)["delays"]
    for code, words in reasons.items():
        box = desk(language_hint=language).told(extended(reason=code))
        text = render(box.letters("extension")[0]).body
        assert words in text
        assert instant(extended().due_at, language) in text


def test_a_reason_that_nobody_foresaw_is_told_in_general_words():
    text = render(desk().told(extended(reason="never-heard-of")).letters("extension")[0]).body

    assert words_of("en")["delays"]["other"] in text
    assert "never-heard-of" not in text


def test_a_date_is_told_once_and_a_later_one_again():
    box = desk().told(extended(), extended())
    assert len(box.letters("extension")) == 1
    later = extended(due_at=extended().due_at + timedelta(days=7))
    assert len(box.told(later).letters("extension")) == 2


def test_only_the_date_of_our_answer_is_told():
    assert desk().told(extended(clock="acknowledge")).letters("extension") == []


def test_who_has_the_answer_or_took_the_complaint_back_hears_of_no_new_date():
    assert desk().told(decided(), extended()).letters("extension") == []
    assert desk().told(ComplaintWithdrawn(), extended()).letters("extension") == []


def test_a_date_named_before_the_complaint_reached_us_is_told_after_it():
    box = Desk().told(extended())
    assert box.letters() == []
    assert [x.kind for x in box.told(received()).letters()] == ["acknowledgement", "extension"]
