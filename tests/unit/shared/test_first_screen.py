"""The emergency first screen: hears danger in eight languages, and little else."""

import pytest

from shared.rules.first_screen import funds_in_danger

DANGER = [
    "My account has been hacked and my coins are gone",
    "someone logged in and withdrew all my usdt",
    "我的账户被盗了",
    "我的帳號被盜了 幣全被轉走",
    "アカウントが乗っ取られました",
    "계정이 해킹당했어요",
    "Мой аккаунт взломали",
    "vzlomali moy akkaunt, ukrali vse dengi",
    "Me hackearon la cuenta",
    "Mon compte a été piraté",
    "Tài khoản của tôi bị hack",
    "tai khoan cua toi bi hack",
    "I gave the verification code to a scammer",
    "my account was \uff48\uff41\uff43\uff4b\uff45\uff44",
]
HARMLESS = [
    "",
    "this fee is daylight robbery",
    "Please add a lock in case an account is stolen",
    "How do you protect customers against hackers?",
    "my account was not hacked",
    "我的账户没有被盗",
    "I read that another exchange was hacked",
    "I want to change my email address",
    "I entered the code but it is invalid",
    "Can someone help me with my withdrawal",
    "where is my deposit",
    "Comment retirer mes euros ?",
]


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_heard(text):
    assert funds_in_danger(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_raise_no_alarm(text):
    assert not funds_in_danger(text)


def test_danger_after_a_denial_is_heard():
    assert funds_in_danger("I was not hacked last year. Today my account was hacked.")


def test_what_lies_beyond_the_longest_complaint_is_not_read():
    assert not funds_in_danger("a " * 10_000 + "my account was hacked")
