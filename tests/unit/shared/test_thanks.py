"""Thanks call for no work; anything that is more than thanks is a message."""

import pytest

from shared.rules.thanks import only_thanks


@pytest.mark.parametrize(
    "text",
    [
        *("Thank you!", "thanks a lot, all good now 🙏", "ok thx", "👍", "🙏🏽"),
        "Hi team, thank you very much for your help. Best regards",
        *("谢谢!", "非常感谢你们的帮助", "非常感謝"),
        *("감사합니다", "답변 감사합니다"),
        *("ありがとうございました。", "ご対応ありがとうございました"),
        *("Спасибо большое!", "Спасибо, всё хорошо"),
        *("¡Muchas gracias!", "Muchas gracias por su ayuda."),
        *("Merci beaucoup !", "Merci pour votre aide, bonne journée"),
        *("Cảm ơn bạn rất nhiều", "Xin cảm ơn"),
    ],
)
def test_thanks_in_eight_languages_are_nothing_else(text):
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Thanks, but the coins are gone.",
            "thanks for nothing",
            "not ok",
            "No",
            "received nothing",
        ),
        *("Thank you, when will it arrive?", "Thanks?", "", " ", "!!!", "😡", "TX 0xabc"),
        *("谢谢, 但是我还没收到钱", "不好", "没解决", "没问题吗"),
        *("감사합니다만 아직 입금되지 않았습니다", "ありがとうございます。まだ届いていません"),
        *("Спасибо, но деньги не пришли", "не получил", "Gracias pero no llegó"),
        *("Merci, mais rien n'est arrivé", "Cảm ơn nhưng tôi chưa nhận được"),
        "thank you " * 30,
    ],
)
def test_whatever_is_more_than_thanks_is_a_message(text):
    assert not only_thanks(text)
