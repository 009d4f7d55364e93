"""Which language a text is written in."""

import pytest

from services.triage.rules.language import language_of

HASH = "0x8f3c1d2e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("充值一直没有到账", "zh"),
        ("請問我的提領申請何時處理", "zh"),
        ("出金がまだ届きません", "ja"),
        ("入金 反映 遅延 対応 願", "ja"),
        ("출금이 아직 안 됐어요", "ko"),
        ("вывод завис", "ru"),
        ("vyvod zavis, pomogite pozhaluysta, dengi ne prishli", "ru"),
        ("mi retiro no llega desde ayer", "es"),
        ("mon retrait est bloque depuis hier", "fr"),
        ("toi rut tien ma chua nhan duoc", "vi"),
        ("my withdrawal is stuck", "en"),
        ("闪电网络充值付完发票就过期了,钱出去了没入账", "zh"),
        ("提領還在處理中,錢包餘額卻已經被扣了", "zh"),
        ("Ed25519로 바꿨더니 invalid signature", "ko"),
        ("ne prohodit proverka litsa, chto delat", "ru"),
        ("perevel 500 usdt, balans ne obnovilsya, zhdu vtoroy den", "ru"),
        ("mi deposito no aparece y nadie contesta", "es"),
        ("Achat par carte, ni crypto ni remboursement", "fr"),
        ("nap tien ba ngay roi ma van chua vao tai khoan", "vi"),
        ("withdrawal出来ません、ずっとpendingです", "ja"),
        ("Meine Auszahlung ist seit gestern nicht angekommen", "de"),
        ("Meu saque não caiu na conta até agora", "pt"),
        ("Il mio prelievo non è ancora arrivato sul conto", "it"),
        ("Мої гроші не надійшли на рахунок", "uk"),
        ("Тегленето ми още няма резултат, моля помогнете", "bg"),
        ("لم يصل الإيداع إلى حسابي", "ar"),
        ("ฝากเงินแล้วยังไม่เข้า", "th"),
        ("Vklad mi stále nedorazil, prosím o pomoc s účtem", "cs"),
    ],
)
def test_a_language_is_recognised(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "😀👍", HASH, "https://example.com/tx?id=1", "12345"])
def test_what_holds_no_words_has_no_language(text):
    assert language_of(text) == "und"


def test_a_hash_and_a_link_do_not_count():
    assert language_of(f"没到账 {HASH} https://example.com/transactions/pending/list") == "zh"


@pytest.mark.parametrize(
    "text",
    [
        '登录时提示 "Your request could not be processed, please contact support"',
        "> We are looking into the matter and will get back to you\n还是没有解决",
    ],
)
def test_quoted_foreign_text_does_not_count(text):
    assert language_of(text) == "zh"


def test_a_text_that_is_nothing_but_a_quotation_has_its_language():
    assert language_of('"my withdrawal is still stuck"') == "en"


def test_tickers_and_technical_words_do_not_make_a_text_english():
    assert language_of("我用API下单BTCUSDT时WebSocket断了") == "zh"
