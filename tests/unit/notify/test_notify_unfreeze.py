"""Two people lift a freeze: the owner hears when withdrawals open, and can object until then."""

import pytest

from services.notify.letters.render import render
from shared.events.personal import Personal
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import desk, locked, verified


def told(language="en", user_id="10042"):
    known = verified().model_copy(update={"anti_phishing_code": Personal("heron 7")})
    box = desk(language_hint=language).told(known, locked(user_id))
    return box.letters("unfreeze_notice")


def test_the_owner_hears_when_withdrawals_open_and_that_they_may_object():
    (letter,) = told()
    body = render(letter).body
    assert "Withdrawals follow by themselves at" in body
    assert "09:00" in body
    assert "we stop it at once" in body
    assert "email" in letter.channels


def test_a_lock_is_told_once():
    box = desk().told(verified(), locked(), locked())
    assert len(box.letters("unfreeze_notice")) == 1


def test_another_account_of_the_case_is_nobody_elses_news():
    assert told(user_id="777") == []


def test_a_reader_who_proved_nothing_hears_nothing_of_the_account():
    (letter,) = desk().told(locked()).letters("unfreeze_notice")
    assert "Withdrawals" not in render(letter).body
    assert "no details" in render(letter).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_has_words_of_its_own_in_each_language(language):
    (letter,), (english,) = told(language), told()
    assert (render(letter).subject == render(english).subject) is (language == "en")
