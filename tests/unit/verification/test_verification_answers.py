import time

import pytest

from services.intake.verification.answers import answers
from tests.unit.verification.complaints import TXID

ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SIGNATURE = "5" * 87


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        (f"Here: {TXID}", ("txid",), {"txid": TXID}),
        (f"Here: {SIGNATURE}", ("txid",), {"txid": SIGNATURE}),
        (f"Here: {SIGNATURE}", ("asset",), {}),
        (f"I sent it to {ADDRESS}.", ("address",), {"address": ADDRESS}),
        (f"I sent it to {ADDRESS.lower()}.", ("address",), {}),
        (f"I sent it to {ADDRESS}.", (), {}),
        ("It is 99120034", ("order_id",), {"order_id": "99120034"}),
        ("It is O-5005, thank you", ("order_id", "asset"), {"order_id": "O-5005"}),
        ("It is 99120034", ("user_id",), {"user_id": "99120034"}),
        ("It is 99120034", ("user_id", "order_id"), {}),
        ("It is 99120034", ("txid",), {}),
        ("UID 77001, the other is 99120034", ("user_id", "order_id"), {
            "user_id": "77001", "order_id": "99120034"}),
        ("99120034 or 99120035", ("order_id",), {}),
        ("on 2026-11-22, order 99120034", ("order_id",), {"order_id": "99120034"}),
        ("since 2026", ("order_id",), {}),
        ("0.5", ("amount",), {"amount": "0.5"}),
        ("0,5", ("amount",), {"amount": "0.5"}),
        ("1,500.25", ("amount",), {"amount": "1500.25"}),
        ("1,500", ("amount",), {}),
        ("0.5 or 0.6", ("amount",), {}),
        ("\uff10\uff0e\uff15", ("amount",), {"amount": "0.5"}),
        ("40 USDT", ("amount", "asset"), {"amount": "40", "asset": "USDT"}),
        ("40USDT", ("amount", "asset", "order_id"), {"amount": "40", "asset": "USDT"}),
        ("40", ("amount", "order_id"), {}),
        ("99120034", ("amount", "order_id"), {}),
        ("0.5 and 99120034x", ("amount", "order_id"), {"amount": "0.5", "order_id": "99120034x"}),
        ("订单是 99120034", ("order_id",), {"order_id": "99120034"}),
        ("注文は99120034です", ("order_id",), {"order_id": "99120034"}),
        ("주문은 99120034입니다", ("order_id",), {"order_id": "99120034"}),
        ("I do not know", ("txid", "order_id", "amount", "address"), {}),
    ],
)  # fmt: skip
def test_a_value_without_a_name_answers_the_only_question_that_it_can(text, asked, found):
    assert answers(text, asked) == found


def test_a_hostile_reply_is_read_in_no_time():
    text = "a." * 20_000 + "1," * 20_000 + "0x" * 20_000
    started = time.perf_counter()
    answers(text, ("txid", "order_id", "amount", "address"))
    assert time.perf_counter() - started < 1
