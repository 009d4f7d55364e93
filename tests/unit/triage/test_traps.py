"""Sentences that mislead a reader of single words."""

import pytest

from services.triage.rules import classify


def seen(text, hint=None):
    found = classify(text, hint)
    return found.category, found.priority


@pytest.mark.parametrize(
    "text",
    [
        "my account was not hacked, but my deposit is missing",
        "账户没有被盗 但是充值一直没到账",
        "アカウントは乗っ取られていませんが、入金が反映されていません",
        "계정이 해킹당한 것은 아니지만 입금이 반영되지 않았습니다",
        "Аккаунт не взломали, но депозит так и не пришёл",
        "No me hackearon la cuenta, pero mi depósito no llegó",
        "Mon compte n'a pas été piraté, mais mon dépôt n'est pas arrivé",
        "Tài khoản không bị hack nhưng tiền nạp chưa về",
    ],
)
def test_a_theft_that_is_denied_leaves_the_missing_deposit(text):
    assert seen(text) == ("deposit_withdrawal", "P2")


@pytest.mark.parametrize(
    "text",
    [
        "Your withdrawal fee is daylight robbery",
        "提现手续费这么高 简直是抢钱",
        "Комиссия за вывод просто грабеж среди бела дня",
        "La comisión de retiro es un robo a mano armada",
        "Vos frais de retrait, c'est du vol",
        "Phí rút tiền đúng là ăn cướp giữa ban ngày",
    ],
)
def test_an_insult_is_no_theft(text):
    assert seen(text) == ("deposit_withdrawal", "P3")


def test_an_engine_that_hacks_is_a_figure_of_speech():
    assert seen("I was hacked by your liquidation engine again")[0] == "contract_liquidation"


@pytest.mark.parametrize(
    "text",
    [
        "Please add an anti-theft lock in case an account gets stolen",
        "建议增加一键锁定功能 防止账户被盗",
        "盗難防止のため、出金ロック機能を追加してほしいです",
        "계정 도난을 방지하는 잠금 기능을 추가해 주세요",
        "Добавьте, пожалуйста, блокировку вывода на случай взлома",
        "Sería útil un bloqueo por si roban la cuenta",
    ],
)
def test_a_wish_that_mentions_theft_is_a_wish(text):
    assert seen(text) == ("product_suggestion", "P4")


def test_a_wish_with_its_reason_is_still_an_emergency():
    text = "Please add a freeze button, because my account was hacked yesterday"
    assert seen(text) == ("account_security", "P1")


def test_a_late_deposit_of_a_robbed_customer_is_an_emergency():
    text = "My deposit is two days late. Also, somebody withdrew all my BTC last night."
    assert seen(text) == ("account_security", "P1")


@pytest.mark.parametrize(
    "text",
    [
        "I lost my phone and with it the 2FA codes",
        "换手机后谷歌验证器没了 登录不上",
        "機種変更で二段階認証ができず、ログインできません",
        "Perdí mi celular con el autenticador y no puedo entrar",
    ],
)
def test_a_lost_second_factor_without_an_attacker_is_no_emergency(text):
    assert seen(text) == ("account_security", "P2")


@pytest.mark.parametrize(
    "text",
    [
        "I typed my password into a phishing site",
        "我在钓鱼网站输入了密码",
        "フィッシングサイトにパスワードを入力してしまいました",
        "피싱 사이트에 비밀번호를 입력했어요",
        "Я ввёл пароль на фишинговом сайте",
        "Puse mi contraseña en una página falsa",
        "J'ai saisi mon mot de passe sur un site de phishing",
        "Tôi đã nhập mật khẩu vào trang giả mạo",
    ],
)
def test_credentials_given_to_a_phisher_are_an_emergency(text):
    assert seen(text) == ("account_security", "P1")


def test_a_code_that_fails_is_not_a_code_given_away():
    assert seen("I entered the verification code and it says invalid")[1] != "P1"


def test_a_leaked_key_in_use_is_an_emergency():
    text = "My API key leaked and somebody is placing orders with it"
    assert seen(text) == ("account_security", "P1")


def test_an_endpoint_that_reports_money_wrongly_is_an_api_matter():
    text = "The deposit endpoint shows my deposit twice, the balance itself is right"
    assert seen(text)[0] == "api"


def test_a_limit_of_zero_for_want_of_verification_is_a_kyc_matter():
    assert seen("Withdrawal limit is 0 because my verification is pending") == ("kyc", "P3")


def test_the_customers_own_choice_speaks_where_no_rule_does():
    assert seen("please see the attached picture", "kyc")[0] == "kyc"


def test_the_customers_own_choice_does_not_outvote_an_emergency():
    assert seen("my account was hacked", "product_suggestion") == ("account_security", "P1")


def test_a_made_up_choice_is_ignored():
    assert seen("please see the attached picture", "nonsense")[0] == "other"
