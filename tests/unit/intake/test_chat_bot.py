"""What the bot says, in eight languages: articles with their source, else a person."""

import pytest

from services.intake.chat.api import passages
from services.intake.chat.bot import LIMITS, Passage, answer, plain, wants_a_person
from services.intake.chat.sessions import Chat, Line
from services.intake.chat.transcript import incoming
from services.intake.chat.words import WORDS
from shared.knowledge import articles
from shared.pages.languages import LANGUAGES
from shared.rules.first_screen import funds_in_danger

GOOD = Passage("Deposits", "/help/deposits", "Wait for six confirmations.", LIMITS["enough"])
POOR = Passage("Fees", "/help/fees", "Fees are listed.", LIMITS["enough"] - 0.01)
DANGER = {
    "en": "Someone hacked my account and is withdrawing my coins",
    "zh": "我的账户被盗了",
    "ja": "アカウントが乗っ取られ、コインが盗まれました",
    "ko": "계정이 해킹당해서 코인을 도난당했어요",
    "ru": "Мой аккаунт взломали и украли монеты",
    "es": "Hackearon mi cuenta y me robaron las monedas",
    "fr": "Mon compte a été piraté et on m'a volé mes cryptos",
    "vi": "Tài khoản của tôi bị hack và bị mất cắp tiền",
}
PEOPLE = {
    "en": ["human please", "Can I talk to a real person?", "get me an agent"],
    "zh": ["转人工", "我要人工客服", "請轉真人客服"],
    "ja": ["担当者と話したい", "オペレーターにつないでください"],
    "ko": ["상담원 연결해 주세요", "사람과 이야기하고 싶어요"],
    "ru": ["позовите оператора", "нужен живой человек", "дайте оператора"],
    "es": ["quiero hablar con una persona", "páseme con un agente"],
    "fr": ["je veux parler à un humain", "un conseiller s'il vous plaît", "parler à quelqu'un"],
    "vi": ["cho tôi gặp nhân viên", "tôi muốn gặp người thật"],
}
QUESTIONS = {
    "en": "Where is my deposit?",
    "zh": "我的充值还没到账",
    "ja": "入金が反映されません",
    "ko": "입금이 안 왔어요",
    "ru": "Где мой депозит?",
    "es": "¿Dónde está mi depósito?",
    "fr": "Où est mon dépôt ?",
    "vi": "Tiền nạp của tôi chưa đến",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_begins_with_what_it_comes_from(language):
    replies = [
        answer("deposit", 0, language, [GOOD]),
        answer("deposit", 0, language, []),
        answer("deposit", 1, language, []),
        answer(DANGER[language], 0, language, [GOOD]),
    ]
    assert {reply.lines[0] for reply in replies} == {WORDS[language]["i_am"]}
    assert set(WORDS[language]) == set(WORDS["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_an_articles_text_with_its_address(language):
    reply = answer("deposit", 1, language, [GOOD, POOR])

    assert [(c.title, c.address, c.text) for c in reply.cited] == [
        ("Deposits", "/help/deposits", "Wait for six confirmations.")
    ]
    assert (reply.failures, reply.hand_over) == (1, None)


@pytest.mark.parametrize(
    ("failures", "found", "after", "why"),
    [
        (0, [], 1, None),
        (0, [POOR], 1, None),
        (1, [], 2, "failed"),
        (1, [POOR], 2, "failed"),
        (1, [GOOD], 1, None),
    ],
)
def test_the_second_question_without_an_answer_goes_to_people(failures, found, after, why):
    reply = answer("deposit", failures, "en", found)

    assert (reply.failures, reply.hand_over) == (after, why)
    assert not reply.cited or found == [GOOD]


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_word_of_danger_goes_to_people_at_once(language):
    reply = answer(DANGER[language], 0, language, [GOOD])

    assert (reply.hand_over, reply.cited) == ("danger", ())
    assert WORDS[language]["danger"] in reply.lines


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in PEOPLE for text in PEOPLE[language]]
)
def test_who_asks_for_a_person_gets_one(language, text):
    assert answer(text, 0, language, [GOOD]).hand_over == "asked"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_asks_for_a_person_and_a_question_does_not(language):
    assert wants_a_person(WORDS[language]["human_text"])
    assert not wants_a_person(QUESTIONS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_common_question_is_answered_from_the_approved_articles(language):
    reply = answer(QUESTIONS[language], 0, language, passages(QUESTIONS[language], language))

    assert "/help/deposit-not-arrived" in [cited.address for cited in reply.cited]


def test_a_long_article_is_cut_and_still_cited():
    (cited,) = answer("x", 0, "en", [Passage("T", "/help/t", "word " * 500, 99.0)]).cited

    assert len(cited.text) <= LIMITS["excerpt"] + 2
    assert cited.text.endswith("…")


def test_an_articles_marks_and_links_are_not_shown_as_signs():
    text = "## Two\n\n- Open **it**\n- Put it into the [check](/check?lang=en)."

    assert plain(text) == "Two\n\n- Open it\n- Put it into the check."


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_quote_of_an_article_holds_marks(language):
    for article in articles(language).values():
        (cited,) = answer("x", 0, language, [Passage("T", "/t", article.text, 99.0)]).cited
        assert not {"](", "**"} & {cited.text[at : at + 2] for at in range(len(cited.text))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_said_never_alarms_as_if_the_customer_had(language):
    """The transcript is read by the first screen and the classifier."""
    at, lines = "2026-11-22T12:00:00+00:00", []
    for article in articles(language).values() or articles("en").values():
        found = [Passage(article.title, f"/help/{article.id}", article.text, 99.0)]
        reply = answer("?", 0, language, found)
        lines += [Line("you", at, ("?",)), Line("bot", at, reply.lines, reply.cited)]
    last = answer("?", 1, language, [])
    lines += [Line("you", at, ("?",)), Line("bot", at, last.lines, (), last.hand_over)]

    message = incoming(Chat("a", "c", language, None, lines=tuple(lines)))

    assert "/help/" in message.text
    assert not funds_in_danger(f"{message.subject}\n{message.text}")
