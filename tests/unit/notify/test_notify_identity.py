"""Who must prove more before money moves hears of it: what, why, where; nothing is lost."""

import html
import re

import pytest

from services.notify.customer import customer_view
from services.notify.html import page, words
from services.notify.letters.render import for_mail, render
from shared.events.intake import ComplaintWithdrawn
from shared.pages.languages import LANGUAGES
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story
from tests.unit.notify.letterbox import Desk, decided, desk, proof_awaited, received, verified

LINK = "https://redress.example/status/token"
PROOFS = {
    "L1": "sign in to your account",
    "L2": "with your second factor",
    "L3": "an identity check",
    "L9": "a proof that the account is yours",
}


def asked(box):
    return box.letters("identity_request")


@pytest.mark.parametrize(("needed", "words"), PROOFS.items())
def test_the_proof_that_is_needed_is_asked_for_in_plain_words(needed, words):
    (letter,) = asked(desk().told(proof_awaited(needed=needed)))
    text = render(letter).body

    assert words in text
    assert needed not in text
    assert "keep your money safe" in text
    assert "on your status page" in text
    assert "Nothing is lost meanwhile" in text
    assert "We never ask for your password" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_words_of_its_own_for_each_proof(language):
    texts = [
        render(asked(desk(language_hint=language).told(proof_awaited(needed=needed)))[0]).body
        for needed in PROOFS
    ]

    assert len(set(texts)) == len(PROOFS)
    assert all("RD-TEST" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_page_is_the_only_link_and_the_account_is_not_named(language):
    (letter,) = asked(desk(language_hint=language).told(proof_awaited(user_id="10042")))
    mail = for_mail(render(letter), letter, LINK)

    assert re.findall(r"https?://\S+", mail.body) == [LINK]
    assert "10042" not in mail.body
    assert "10042" not in (letter.about, *letter.facts.values())


def test_a_waiting_action_is_told_once_and_another_again():
    box = desk().told(verified(), proof_awaited(), proof_awaited())
    assert len(asked(box)) == 1
    assert len(asked(box.told(proof_awaited(proposal_id="proposal-2")))) == 2
    assert len(asked(box.told(proof_awaited(action="unfreeze", needed="L3")))) == 3


def test_each_account_of_a_proposal_is_asked_for_and_named_nowhere():
    first, second = proof_awaited(user_id="10042"), proof_awaited(user_id="10043")
    letters = asked(desk().told(first, verified(), second, second))

    assert len({letter.about for letter in letters}) == len(letters) == 2
    for user in ("10042", "10043"):
        assert not any(user in str((x.about, x.facts, x.letter_id)) for x in letters)


def test_who_has_the_answer_or_took_the_complaint_back_is_not_asked_for_proof():
    assert asked(desk().told(decided(), proof_awaited())) == []
    assert asked(desk().told(ComplaintWithdrawn(), proof_awaited())) == []


def test_a_proof_awaited_before_the_complaint_reached_us_is_asked_for_after_it():
    box = Desk().told(proof_awaited())
    assert box.letters() == []
    assert [x.kind for x in box.told(received()).letters()] == [
        "acknowledgement",
        "identity_request",
    ]


def test_a_proof_awaited_and_taken_back_before_the_complaint_reached_us_is_not_asked_for():
    box = Desk().told(proof_awaited(), ComplaintWithdrawn(), received())

    assert box.kinds() == ["acknowledgement", "withdrawn"]
    assert box.state.postponed == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_page_says_in_the_customers_language_that_a_proof_is_awaited(language):
    story = Story(COMPLAINT, START).tell((0.0, received()), (1.0, proof_awaited()))
    view = customer_view(COMPLAINT, "RD-TEST", story.events)
    own = words(language)
    shown = page("status", view=view, words=own, language=language, token=COMPLAINT).body.decode()

    assert own["status"]["awaiting_proof"] in html.unescape(shown)
    assert own["status"]["awaiting_info"] not in html.unescape(shown)
