"""Where a letter goes beside the inbox: by mail, and where it was asked."""

import pytest

from services.notify.channels.telegram import LONGEST, fitted
from shared.events.notify import LetterFailed, LetterHandled
from shared.events.personal import Personal
from shared.testing.scenario import START
from tests.unit.notify.letterbox import decided, desk

LINK = "https://redress.example/status/abc"


@pytest.mark.parametrize(
    ("asked_on", "thread", "channels"),
    [
        ("telegram", "bot/77", ("inbox", "email", "telegram")),
        ("messenger", "chats/1", ("inbox", "email", "webhook")),
        ("in_app", "app/1", ("inbox", "email", "webhook")),
        ("telegram", None, ("inbox", "email")),
        ("phone", "phone/+34 600 000 000", ("inbox", "email")),
        ("web_form", None, ("inbox", "email")),
        ("email", "<1@customers.example>", ("inbox", "email")),
    ],
)
def test_every_letter_also_goes_where_it_was_asked(asked_on, thread, channels):
    place = Personal(thread) if thread else None
    box = desk(channel=asked_on, thread=place).told(decided())

    assert [letter.channels for letter in box.letters()] == [channels] * 2


@pytest.mark.parametrize("asked_on", ["social", "forum"])
def test_in_public_only_the_first_word_is_said(asked_on):
    box = desk(channel=asked_on, thread=Personal("network/1")).told(decided())
    by_kind = {letter.kind: letter.channels for letter in box.letters()}

    assert by_kind["acknowledgement"] == ("inbox", "email", "webhook")
    assert by_kind["decision"] == ("inbox", "email")


def test_without_a_mail_address_the_chat_alone_is_outside():
    (letter,) = desk(channel="telegram", thread=Personal("bot/77"), contact=None).letters()

    assert letter.channels == ("inbox", "telegram")


def test_a_letter_is_kept_until_the_last_channel_has_it():
    box = desk(channel="telegram", thread=Personal("bot/77"))
    (letter,) = box.letters()

    for channel, kept in (("email", True), ("telegram", False)):
        key = f"letter:{letter.letter_id}:{channel}"
        box.result(key, LetterHandled, **_handled(letter, channel, "sent"))
        assert (letter.letter_id in box.state.letters) is kept
    assert not any(key.startswith("letter:") for key in box.state.due)


def test_a_chat_that_is_blocked_leaves_the_letter_in_the_inbox():
    box = desk(channel="telegram", thread=Personal("bot/77"), contact=None)
    (letter,) = box.letters()
    key = f"letter:{letter.letter_id}:telegram"
    done = _handled(letter, "telegram", "refused", problem="telegram_403")
    (failed,) = box.result(key, LetterHandled, **done)

    assert isinstance(failed, LetterFailed)
    assert (failed.channel, failed.problem) == ("telegram", "telegram_403")


@pytest.mark.parametrize("sign", ["a", "é", "中", "😀"])
def test_a_text_too_long_for_a_chat_ends_with_the_way_to_all_of_it(sign):
    whole, cut = sign * (LONGEST // 2), fitted(sign * (LONGEST + 1), LINK)

    assert fitted(whole, LINK) == whole
    assert cut.endswith(f"{sign}…\n\n{LINK}")
    assert LONGEST - 1 <= len(cut.encode("utf-16-le")) // 2 <= LONGEST


def _handled(letter, channel, status, **more):
    same = {"letter_id": letter.letter_id, "channel": channel, "status": status, "at": START}
    return {**same, **more}
