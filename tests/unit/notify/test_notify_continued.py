"""Where a complaint goes on after its end is told once, in the customer's language, with a way."""

import pytest

from services.notify.customer import customer_view
from services.notify.letters.render import render
from shared.pages.languages import LANGUAGES
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story
from tests.unit.notify.letterbox import closed, decided, desk, moved, received


def told(language="en"):
    return desk(language_hint=language).told(decided(), closed(), moved()).letters("continued")


def test_the_letter_names_both_complaints_and_both_receipts():
    (letter,) = told()
    text = render(letter)
    assert "RD-NEXT" in text.subject
    assert "RD-TEST" in text.body
    assert text.body.count("09:00 UTC") == 2


def test_a_second_message_is_told_nothing_of():
    box = desk().told(decided(), closed(), moved(), moved(opens=False), moved())
    assert len(box.letters("continued")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_words_of_its_own_in_each_language(language):
    (letter,), (english,) = told(language), told()
    assert (render(letter).subject == render(english).subject) is (language == "en")


def test_the_customers_page_leads_on():
    facts = (received(), decided(), closed(), moved())
    story = Story(COMPLAINT, START).tell(*((float(n), fact) for n, fact in enumerate(facts)))
    assert customer_view(COMPLAINT, "RD-TEST", story.events).continued_by == moved().into
