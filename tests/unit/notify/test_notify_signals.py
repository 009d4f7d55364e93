"""Nobody complained, the exchange saw something: the holder is warned, once."""

import pytest

from services.notify.letters.render import render, with_code
from shared.events.personal import Personal
from shared.events.verification import IdentityVerified
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import Desk, desk, frozen, received, verified

HOLDER = Personal("mia@example.com")


def signalled(language="en"):
    return desk(language_hint=language, contact=None)


def known(**more):
    return IdentityVerified(
        user_id="u1", level="L1", contact=HOLDER, anti_phishing_code=Personal("heron 7"), **more
    )


def test_the_holder_of_old_is_warned_by_mail_with_their_own_code():
    (letter,) = signalled().told(known()).letters("security_warning")
    mail = with_code(render(letter), letter)

    assert letter.contact.text == "mia@example.com"
    assert "email" in letter.channels
    assert "heron 7" in mail.body
    assert "does not look like yours" in mail.body


def test_a_freeze_is_told_by_the_warning_alone():
    box = signalled().told(known(), frozen(), known())
    assert box.kinds() == ["acknowledgement", "security_warning"]


def test_later_letters_reach_the_holder_too():
    box = signalled().told(known())
    assert box.state.contact.text == "mia@example.com"
    assert box.state.verified


def test_a_warning_that_overtakes_its_case_waits_for_it_and_keeps_its_reader():
    box = Desk().told(known(), received(contact=None))
    assert box.kinds() == ["acknowledgement", "security_warning"]
    assert {letter.contact.text for letter in box.letters()} == {"mia@example.com"}


def test_who_complained_is_told_of_the_freeze_as_before():
    assert desk().told(verified(), frozen()).kinds() == ["acknowledgement", "freeze_notice"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_warning_has_words_of_its_own_in_each_language(language):
    (letter,) = signalled(language).told(known()).letters("security_warning")
    (english,) = signalled("en").told(known()).letters("security_warning")
    assert letter.language == language
    assert (render(letter).subject == render(english).subject) is (language == "en")
