"""What a text names: ids verbatim, amounts as plain decimals."""

import pytest

from services.triage.rules import classify

HASH = "8f3c1d2e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


def named(text):
    return classify(text).entities


@pytest.mark.parametrize("written", [HASH, f"0x{HASH}", HASH.upper()])
def test_a_transaction_is_taken_as_it_is_written(written):
    assert named(f"哈希{written}没到账").txid == (written,)


@pytest.mark.parametrize(
    "address",
    [
        TRON,
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ],
)
def test_an_address_with_a_valid_checksum_is_found(address):
    assert named(f"sent to {address}, please check").address == (address,)


@pytest.mark.parametrize(
    "address", [TRON.lower(), TRON[:-1] + "u", "0x52908400098527886E0f7030069857D2E4169EE7"]
)
def test_an_address_with_a_broken_checksum_is_none(address):
    assert named(f"sent to {address}, please check").address == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("sent 1,500 USDT", "1500"),
        ("отправил 1 500 USDT", "1500"),
        ("50만원 보냈어요", "500000"),
        ("充了1.5万USDT", "15000"),
        ("充了\uff11\uff0e\uff15万\uff35\uff33\uff24\uff34", "15000"),
        ("J'ai envoyé 0,5 BTC", "0.5"),
        ("I lost $1,234.50 today", "1234.5"),
        ("mandé 1.500,75 USDT", "1500.75"),
        ("nạp 1.500 USDT", "1500"),
        ("withdrew 1.500 BTC", "1.5"),
        ("закинул 30 тыс рублей", "30000"),
        ("nạp 3 triệu", "3000000"),
        ("USDT 250 missing", "250"),
        ("sent 1,500,000 USDT", "1500000"),
        ("sent 0.5 BTC 3 days ago", "0.5"),
        ("3个比特币不见了", "3"),
        ("500u没了", "500"),
    ],
)
def test_an_amount_is_a_plain_decimal(text, amount):
    assert named(text).amount == (amount,)


@pytest.mark.parametrize("text", ["waited 3 days", "10x long", "error 429", "at 14:30", "v1.2"])
def test_a_number_that_counts_no_money_is_no_amount(text):
    assert named(text).amount == ()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("order #88123456 was not filled", "88123456"),
        ("My order id is A1-99887766", "A1-99887766"),
        ("订单号\uff1a20240117001没成交", "20240117001"),
        ("注文番号 55443322 が約定しません", "55443322"),
        ("주문번호: 55443322 취소", "55443322"),
        ("ордер № 88123456 не исполнен", "88123456"),
        ("la orden número 77665544 sigue abierta", "77665544"),
        ("mon ordre n° 77665544 est bloqué", "77665544"),
        ("mã lệnh 99001122 chưa khớp", "99001122"),
    ],
)
def test_an_order_number_is_found_by_the_word_before_it(text, order):
    found = named(text)
    assert (found.order_id, found.amount) == ((order,), ())


@pytest.mark.parametrize(
    "text",
    ["UID 99887766", "我的用户ID是99887766", "ユーザーID\uff1a99887766", "회원번호 99887766",
     "мой id 99887766", "mi id es 99887766", "identifiant 99887766", "id của tôi là 99887766"],
)  # fmt: skip
def test_a_user_number_is_found_by_the_word_before_it(text):
    found = named(text)
    assert (found.uid, found.order_id) == (("99887766",), ())


@pytest.mark.parametrize(
    ("text", "asset"),
    [
        ("BTC/USDT order not filled", "BTC"),
        ("my ETHUSDT long", "ETH"),
        ("USDT over the TRON network", "USDT"),
        ("比特币没到账", "BTC"),
        ("이더리움 출금", "ETH"),
        ("не пришли биткоины", "BTC"),
        ("リップルの送金", "XRP"),
        ("withdrew SOL yesterday", "SOL"),
    ],
)
def test_the_asset_a_complaint_is_about_is_named(text, asset):
    assert named(text).asset == (asset,)


@pytest.mark.parametrize(
    "text", ["no sale el sol", "I am near the link", "do not op in", "ada apa"]
)
def test_a_word_that_looks_like_a_ticker_is_none(text):
    assert named(text).asset == ()
