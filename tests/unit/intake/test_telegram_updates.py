"""Telegram's updates in the shapes that the Bot API documents, and what each is to us."""

import pytest

from services.intake.channels.updates import Attached, read
from tests.channels import update

BOT = "RedressBot"
GROUP = {"id": -1001, "title": "Traders", "type": "supergroup"}
PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "file_size": 900, "width": 90, "height": 60},
    {"file_id": "large", "file_unique_id": "l", "file_size": 90000, "width": 900, "height": 600},
]


def mention(text="@RedressBot help", offset=0, length=11, kind="mention", **more):
    entities = [{"type": kind, "offset": offset, "length": length}]
    return update(5, text, chat=GROUP, entities=entities, **more)


def test_a_private_message_is_said_to_us():
    found = read(update(5), BOT)

    assert (found.kind, found.id, found.chat, found.message) == ("said", 5, 77, 5)
    assert (found.text, found.language) == ("My deposit has not arrived.", "es")


@pytest.mark.parametrize("code", ["e" * 100_000, "es-" + "x" * 90, "", "es\n", "9", "<b>"])
def test_a_language_that_is_no_code_is_none_and_the_words_still_arrive(code):
    sent = update(5)
    sent["message"]["from"]["language_code"] = code
    found = read(sent, BOT)

    assert (found.kind, found.text, found.language) == ("said", "My deposit has not arrived.", None)


@pytest.mark.parametrize("code", ["es", "pt-br", "zh-hans"])
def test_a_language_keeps_its_code(code):
    sent = update(5)
    sent["message"]["from"]["language_code"] = code

    assert read(sent, BOT).language == code


def test_an_edit_is_said_anew():
    edited = {"update_id": 6, "edited_message": {**update(5)["message"], "edit_date": 1795347060}}

    assert (read(edited, BOT).kind, read(edited, BOT).id) == ("said", 6)


def test_of_a_photo_the_largest_is_noted_with_its_caption():
    message = {k: v for k, v in update(5)["message"].items() if k != "text"}
    found = read({"update_id": 5, "message": {**message, "photo": PHOTO, "caption": "Proof"}}, BOT)

    assert found.files == (Attached("photo", "large", "photo", 90000),)
    assert found.text == "Proof\n[photo: photo, 90000 bytes, file id large]"


def test_a_document_keeps_its_name():
    file = {"file_id": "d", "file_unique_id": "u", "file_name": "proof.pdf", "file_size": 7}

    assert read(update(5, "", document=file), BOT).files == (
        Attached("document", "d", "proof.pdf", 7),
    )


def test_an_animation_that_is_a_document_too_is_one_file():
    file = {"file_id": "d", "file_unique_id": "u"}
    found = read(update(5, "", document=file, animation=file), BOT)

    assert [f.kind for f in found.files] == ["animation"]


def test_what_is_no_text_is_noted():
    where = {"latitude": 1.5, "longitude": 2.5}

    assert read(update(5, "", location=where), BOT).text == "[location]"


@pytest.mark.parametrize("command", ["/start", "/help", " /start "])
def test_a_bare_command_is_a_greeting(command):
    assert read(update(5, command), BOT).kind == "greeted"


@pytest.mark.parametrize(
    ("case", "given"),
    [
        ("by name", mention()),
        ("in other capitals", mention("@redressbot help")),
        ("by a command", mention("/help@RedressBot", 0, 16, "bot_command")),
        ("after a character of two units", mention("😀 @RedressBot", 3, 11)),
        (
            "by an answer to it",
            update(
                5,
                "and now?",
                chat=GROUP,
                reply_to_message={"from": {"id": 1, "is_bot": True, "username": "RedressBot"}},
            ),
        ),
        (
            "in a caption",
            update(
                5,
                "",
                chat=GROUP,
                photo=PHOTO,
                caption="@RedressBot",
                caption_entities=[{"type": "mention", "offset": 0, "length": 11}],
            ),
        ),
    ],
)
def test_in_a_group_the_bot_is_spoken_to(case, given):
    found = read(given, BOT)

    assert (found.kind, found.chat) == ("mentioned", -1001), case


@pytest.mark.parametrize(
    ("case", "given"),
    [
        ("others talk", update(5, "hello all", chat=GROUP)),
        ("another is named", mention("@RedressBotFake help", 0, 16)),
        ("the name is only quoted", update(5, "@RedressBot", chat=GROUP)),
        ("a bot speaks", mention(**{"from": {"id": 9, "is_bot": True}})),
        ("the offsets lie", mention("@RedressBot", 400, 90)),
        ("a channel posts", {"update_id": 5, "channel_post": update(5)["message"]}),
        ("a bot writes in private", update(5, **{"from": {"id": 9, "is_bot": True}})),
        ("nobody writes", {"update_id": 5, "message": {"message_id": 1, "chat": GROUP, "date": 1}}),
    ],
)
def test_what_is_not_for_us_is_only_overheard(case, given):
    assert read(given, BOT).kind == "overheard", case


@pytest.mark.parametrize(
    "given",
    [
        {"update_id": 5, "my_chat_member": {}},
        {"update_id": 5, "callback_query": {"id": "1"}},
        {"update_id": 5, "message": {"chat": "wrong"}},
        {"update_id": 5},
    ],
)
def test_a_kind_that_we_do_not_know_is_unhandled(given):
    assert (read(given, BOT).kind, read(given, BOT).id) == ("unhandled", 5)


@pytest.mark.parametrize("given", [{}, {"update_id": "x"}, {"update_id": None, "message": 1}])
def test_without_a_number_it_is_no_update(given):
    assert read(given, BOT) is None
