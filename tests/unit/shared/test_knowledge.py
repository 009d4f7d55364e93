"""The knowledge base: whole articles, and the right one first in eight languages."""

import re

import pytest

from shared.knowledge import article, articles, search
from shared.knowledge.articles import parse
from shared.pages.languages import LANGUAGES, language_of
from shared.policy import load

NEEDED = {"deposit-not-arrived", "wrong-network-or-memo", "account-stolen", "complaint-handling"}
DEPOSIT, STOLEN, MEMO, CLOCKS = (
    "deposit-not-arrived",
    "account-stolen",
    "wrong-network-or-memo",
    "complaint-handling",
)
LINK = re.compile(r"\]\((/[^?)]*)")
ASKED = [
    ("en", "my BTC deposit never arrived", DEPOSIT),
    ("en", "somebody HACKED my account and stole everything", STOLEN),
    ("en", "forgot the destination tag on my XRP transfer", MEMO),
    ("en", "lost my phone with the authenticator", "two-factor-lost"),
    ("en", "passport rejected again", "kyc-refused"),
    ("en", "liquidated although the mark price was fine", "liquidation-price"),
    ("en", "slippage: filled at a worse price", "order-price"),
    ("en", "invalid signature from the API", "api-errors"),
    ("en", "withdrawal stuck in review", "withdrawal-pending"),
    ("en", "I disagree with the decision", "appeal"),
    ("en", "why is the commission so high, maker fee", "fees"),
    ("en", "only 2 confirmations, unconfirmed for hours", "confirmations"),
    ("zh", "我的充值一直没到账", DEPOSIT),
    ("zh", "充值沒到帳", DEPOSIT),
    ("zh", "爆仓了 明明是插针", "liquidation-price"),
    ("zh", "账户被盗了 币不见了", STOLEN),
    ("zh", "忘记填memo", MEMO),
    ("zh", "换手机了 谷歌验证器没有了", "two-factor-lost"),
    ("ko", "입금했는데 아직 안 들어왔어요", DEPOSIT),
    ("ko", "계정이 해킹당했어요", STOLEN),
    ("ko", "태그를 누락했습니다", MEMO),
    ("ja", "昨日の入金がまだ反映されていません", DEPOSIT),
    ("ja", "アカウントが乗っ取られました", STOLEN),
    ("ja", "タグを忘れて送金しました", MEMO),
    ("ko", "출금이 하루째 처리 중이에요", "withdrawal-pending"),
    ("ko", "강제 청산 당했는데 마크 가격이 이상해요", "liquidation-price"),
    ("ko", "결정에 동의하지 않습니다", "appeal"),
    ("ja", "出金が止まっています", "withdrawal-pending"),
    ("ja", "機種変更で認証アプリが使えません", "two-factor-lost"),
    ("ja", "手数料が高すぎる", "fees"),
    ("ja", "署名エラーになる", "api-errors"),
    ("ru", "вывод завис второй день", "withdrawal-pending"),
    ("ru", "меня ликвидировали по шпильке", "liquidation-price"),
    ("ru", "огромное проскальзывание по рыночному ордеру", "order-price"),
    ("ru", "мой депозит до сих пор не зачислили", DEPOSIT),
    ("ru", "аккаунт взломан, монеты украдены", STOLEN),
    ("ru", "сколько ждать ответа на жалобу", CLOCKS),
    ("es", "mi retiro lleva dos dias pendiente", "withdrawal-pending"),
    ("es", "perdi el telefono con el autenticador", "two-factor-lost"),
    ("es", "me liquidaron por una mecha", "liquidation-price"),
    ("es", "mi deposito todavia no aparece", DEPOSIT),
    ("es", "me robaron la cuenta", STOLEN),
    ("es", "¿cuánto tarda la respuesta?", CLOCKS),
    ("fr", "mon retrait est bloqué", "withdrawal-pending"),
    ("fr", "je veux faire appel de la décision", "appeal"),
    ("fr", "ordre exécuté deux fois", "order-price"),
    ("fr", "mon dépôt n'est toujours pas arrivé", DEPOSIT),
    ("fr", "on a piraté mon compte", STOLEN),
    ("fr", "j'ai oublié le mémo", MEMO),
    ("vi", "lệnh rút của tôi bị kẹt", "withdrawal-pending"),
    ("vi", "phí rút quá cao", "fees"),
    ("vi", "bị cháy tài khoản vì râu nến", "liquidation-price"),
    ("vi", "tôi nạp tiền mà chưa về", DEPOSIT),
    ("vi", "toi nap tien chua ve", DEPOSIT),
    ("vi", "tài khoản của tôi bị hack", STOLEN),
]


@pytest.mark.parametrize(("language", "text", "first"), ASKED)
def test_the_article_that_answers_is_the_first(language, text, first):
    assert search(text, language)[0].article.id == first


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hello, what a lovely day"),
        ("en", ""),
        ("en", "\x00 ?? !! \U0001f600"),
        ("zh", "天气怎么样"),
        ("ko", "안녕하세요"),
        ("ja", "今日の天気は"),
        ("ru", "привет"),
        ("es", "hola buenos dias"),
        ("vi", "xin chào bạn"),
    ],
)
def test_a_text_about_nothing_finds_nothing(language, text):
    assert search(text, language) == ()


def test_at_most_three_are_found_and_in_the_same_order_every_time():
    text = "deposit withdrawal fee kyc liquidation api appeal hacked"
    found = search(text, "en")

    assert len(found) == 3
    assert found == search(text, "en")
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_category_fills_up_what_the_words_leave():
    found = search("zzz", "en", "deposit_withdrawal")

    assert {one.article.category for one in found} == {"deposit_withdrawal"}
    assert [one.score for one in found] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("language", ["", "de", "a" * 300, "../en", "en\0"])
def test_a_name_that_is_no_language_of_ours_has_no_articles(language):
    assert articles(language) == {}


def test_a_language_without_articles_is_searched_in_english():
    assert search("deposit missing", "de")[0].article.language == "en"
    assert article("appeal", "de").language == "en"
    assert article("no-such", "en") is None
    assert article("../en/appeal", "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_whole_and_stands_where_its_front_matter_says(language):
    found = articles(language)

    assert found.keys() >= NEEDED
    assert found.keys() <= articles("en").keys()
    for name, one in found.items():
        assert (one.id, one.language) == (name, language)
        assert one.category == articles("en")[name].category
        assert one.title
        assert len(one.keywords) >= 5
        links = one.text.count("](/")
        assert links == one.text.count(f"?lang={language}"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_written_in_every_language(language):
    assert articles(language).keys() == articles("en").keys()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_title_was_left_in_english(language):
    assert not any(
        one.title == articles("en")[name].title for name, one in articles(language).items()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_leads_to_the_same_pages_in_every_language(language):
    def pages(of):
        return {name: sorted(LINK.findall(one.text)) for name, one in articles(of).items()}

    assert pages(language) == pages("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clocks_that_an_article_names_are_those_of_the_policy(language):
    policy = load("default")
    text = articles(language)["complaint-handling"].text

    assert str(policy.notify.answer_within.days) in text
    assert str(policy.resolution.appeal_within.days) in text
    assert str(policy.verification.deadline.days) in text


@pytest.mark.parametrize("source", ["", "no front matter", "---\nid: a\n", "x---\nid: a\n---\n"])
def test_a_file_without_whole_front_matter_is_refused(source):
    with pytest.raises(ValueError, match="front matter"):
        parse(source)


@pytest.mark.parametrize(
    ("choice", "header", "language"),
    [
        ("ko", "fr", "ko"),
        (None, "fr-CH, fr;q=0.9", "fr"),
        ("xx", "ja", "ja"),
        (None, "de;q=1, vi;q=0.2, es;q=0.7", "es"),
        (None, "ru;q=0, de", "en"),
        (None, "zh_Hant", "zh"),
        (None, "q=;;;,,, \u00b2;q=\u00b2", "en"),
        (None, None, "en"),
    ],
)
def test_a_visitor_is_answered_in_the_language_wished_for(choice, header, language):
    assert language_of(choice, header) == language
