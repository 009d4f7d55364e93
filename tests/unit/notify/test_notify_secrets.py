"""Whoever wrote a secret to us is told so, once for each message, and never which secret."""

import pytest

from services.notify.letters.catalogue import CURRENT
from services.notify.letters.render import render
from shared.rules.secrets import MARKS
from tests.unit.notify.letterbox import Desk, desk, messaged, received

LANGUAGES = sorted(CURRENT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_acknowledgement_warns_of_every_kind(language):
    plain = render(desk(language_hint=language).letters("acknowledgement")[0]).body
    kinds = tuple(MARKS)

    letter = desk(language_hint=language, masked=kinds).letters("acknowledgement")[0]
    warned = render(letter).body

    assert letter.items == kinds
    assert warned.count("\n- ") == len(kinds) == warned.count("\n- ") - plain.count("\n- ")
    assert len({line for line in warned.splitlines() if line.startswith("- ")}) == len(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_with_a_secret_is_answered_by_a_warning(language):
    box = desk(language_hint=language).told(messaged("one-time-code"))

    letter = box.letters("secret_warning")[0]

    assert letter.channels == ("inbox", "email")
    assert "\n- " in render(letter).body


def test_each_message_is_warned_of_and_one_without_a_secret_is_not():
    box = desk().told(messaged("password"), messaged(), messaged("password"))

    assert box.kinds() == ["acknowledgement", "secret_warning", "secret_warning"]


def test_a_warning_that_overtakes_its_complaint_is_sent_with_it():
    box = Desk().told(messaged("password"))
    assert box.kinds() == []

    assert box.told(received()).kinds() == ["acknowledgement", "secret_warning"]
