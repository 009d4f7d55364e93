"""The acknowledgement names what may answer at once, in the letter and in the mail."""

import pytest

from services.notify.letters.render import for_mail, render
from shared.events.personal import Personal
from tests.unit.notify.letterbox import desk

LINK = "https://redress.example/status/T"


def letter(text, **more):
    (found,) = desk(description=Personal(text), **more).letters("acknowledgement")
    return found


@pytest.mark.parametrize(
    ("text", "hint", "first"),
    [
        ("somebody hacked my account", None, ("en", "account-stolen")),
        ("我的充值一直没到账", "zh-CN", ("zh", "deposit-not-arrived")),
        ("мой депозит не зачислили", "ru", ("ru", "deposit-not-arrived")),
        ("hacked", "de", ("en", "account-stolen")),
        ("hacked", "a" * 300, ("en", "account-stolen")),
    ],
)
def test_the_pages_fit_the_words_and_the_language(text, hint, first):
    named = letter(text, language_hint=hint).articles

    assert (named[0].language, named[0].id) == first
    assert len(named) <= 3


def test_the_category_names_pages_where_the_words_do_not():
    named = letter("please help", category_hint="deposit_withdrawal").articles

    assert len(named) == 3


def test_the_letter_lists_them_and_the_mail_links_them():
    found = letter("我的充值一直没到账", language_hint="zh")

    text = render(found)
    assert "- 充值未到账" in text.body
    mail = for_mail(text, found, LINK)
    assert "https://redress.example/help/deposit-not-arrived?lang=zh\n" in mail.body


def test_a_complaint_about_nothing_known_gets_no_list():
    found = letter("zzz")

    assert found.articles == ()
    assert "help" not in for_mail(render(found), found, LINK).body.lower()
