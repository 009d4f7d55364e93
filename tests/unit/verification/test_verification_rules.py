import time
from decimal import Decimal
from typing import NamedTuple

import pytest

from services.intake.verification.rules import category_of, completed, held, missing, recognise
from shared.events.personal import Personal
from shared.policy import load
from tests.unit.verification.complaints import TXID, facts

POLICY = load("default").verification


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"hash: {TXID}", {"txid": TXID}),
        (f"hash: 0x{TXID}!", {"txid": f"0x{TXID}"}),
        (f"{TXID} and {TXID} again", {"txid": TXID}),
        (f"{TXID} or {'ab' * 32}", {}),
        (TXID + "0", {}),
        ("UID 12345678", {"user_id": "12345678"}),
        ("uid:12345678", {"user_id": "12345678"}),
        ("\uff35\uff29\uff24\uff1a\uff11\uff12\uff13\uff14\uff15", {"user_id": "12345"}),
        ("用户ID\uff1a88812", {"user_id": "88812"}),
        ("my user id is unknown", {}),
        ("liquid 12345", {}),
        ("uid 1001 and uid 1002", {}),
        ("Order No. 55-A1", {}),
        ("order id: 55-A1", {"order_id": "55-A1"}),
        ("订单号 20231122", {"order_id": "20231122"}),
        ("номер ордера 991", {"order_id": "991"}),
        ("in order to trade", {}),
        ("0.5BTC未到账", {"asset": "BTC"}),
        ("my bitcoins and my ether", {}),
        ("比特币", {"asset": "BTC"}),
        ("BTC to USDT", {}),
        ("the sol in spanish", {}),
    ],
)
def test_facts_in_a_text_are_recognised_only_beyond_doubt(text, found):
    assert recognise(text) == found


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("My deposit has not arrived", "deposit_withdrawal"),
        ("充值未到账", "deposit_withdrawal"),
        ("入金が反映されません", "deposit_withdrawal"),
        ("입금이 아직 들어오지 않았어요", "deposit_withdrawal"),
        ("Депозит не поступил", "deposit_withdrawal"),
        ("Mi depósito no ha llegado", "deposit_withdrawal"),
        ("Mon dépôt n'est pas arrivé", "deposit_withdrawal"),
        ("Nạp tiền chưa về", "deposit_withdrawal"),
        (f"where is {TXID}", "deposit_withdrawal"),
        ("My KYC was rejected", "kyc"),
        ("I was liquidated at the wrong price", "contract_liquidation"),
        ("please add instant deposits", None),
        ("my deposit is stuck and I was liquidated", None),
        ("something is wrong", None),
        ("hello", None),
    ],
)
def test_a_category_is_guessed_from_clear_words_only(text, category):
    assert category_of(facts(text)) == category


def test_the_customers_own_choice_comes_first():
    assert category_of(facts("My deposit has not arrived", category_hint="other")) == "other"


def test_what_the_category_needs_and_nobody_holds_is_missing():
    lacking = facts(category_hint="trade_execution", order_id=None)
    assert missing(POLICY, lacking, None, doubtful=False) == ("user_id", "order_id")
    assert missing(POLICY, lacking, "u1", doubtful=False) == ("order_id",)
    assert missing(POLICY, lacking, "u1", doubtful=True) == ("user_id", "order_id")


def test_supplied_facts_complete_the_old_ones():
    whole = completed(facts(user_id=None), {"amount": "1.50", "txid": TXID}, "u1")
    assert (whole.amount, whole.txid, whole.user_id) == (Decimal("1.50"), TXID, "u1")


def test_an_account_that_was_named_is_kept():
    assert completed(facts(user_id="u2"), {}, "u1").user_id == "u2"


@pytest.mark.parametrize(
    "unit", ["a", "0x", "uid", "uid ", "order id ", "f" * 63 + " ", "充", "btc"]
)
def test_a_long_hostile_text_stays_quick(unit):
    text = (unit * 20_000)[:20_000]
    hostile = facts(text, subject=Personal(text))
    start = time.process_time()
    recognise(text)
    category_of(hostile)
    assert time.process_time() - start < 0.2


class Row(NamedTuple):
    txid: str
    asset: str = "BTC"
    state: str = "pending"


OTHER = "ab" * 32


@pytest.mark.parametrize(
    ("told", "rows", "answer"),
    [
        ({}, [Row(TXID)], {"txid": TXID, "asset": "BTC"}),
        ({}, [Row(TXID), Row(OTHER)], {}),
        ({}, [Row(TXID), Row(OTHER, state="credited")], {"txid": TXID, "asset": "BTC"}),
        ({"asset": "ETH"}, [Row(TXID)], {}),
        ({"asset": "ETH"}, [Row(TXID), Row(OTHER, "ETH")], {"txid": OTHER, "asset": "ETH"}),
        ({"txid": OTHER}, [Row(TXID)], {}),
        (
            {"txid": f"0x{OTHER.upper()}"},
            [Row(TXID), Row(OTHER, state="credited")],
            {"txid": OTHER, "asset": "BTC"},
        ),
        ({}, [], {}),
    ],
)
def test_the_ledger_answers_only_what_can_be_meant(told, rows, answer):
    assert held(facts(**told), rows) == answer
