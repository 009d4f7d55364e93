"""Actions through the connector: each applied once, whatever happens on the way."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from secrets import token_hex
from uuid import uuid4

import pytest

from shared.connectors.exchange import Refused
from shared.errors import TransientError


def new_key():
    return f"credit/bitcoin/{uuid4()}"


def order(user_id, reference=None, amount="0.5"):
    reference = reference or f"{token_hex(32)}:0"
    return {"user_id": user_id, "asset": "BTC", "amount": amount, "reference": reference}


async def post(sandbox, action, key, body):
    return await sandbox.client.post(
        f"/v1/actions/{action}", json=body, headers={"Idempotency-Key": key}
    )


async def btc(exchange, user_id):
    return (await exchange.account(user_id)).balances["BTC"]


async def test_a_credit_raises_the_balance_and_can_be_read_back(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()

    receipt = await exchange.credit(key, user_id, "BTC", Decimal("0.5"), f"{token_hex(32)}:0")

    assert (receipt.status, receipt.amount) == ("applied", Decimal("0.5"))
    assert await btc(exchange, user_id) == Decimal("1.5")
    assert await exchange.action(key) == receipt


async def test_nothing_stands_under_a_key_that_was_never_used(exchange):
    assert await exchange.action(new_key()) is None


async def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()
    body = order(user_id)

    first, again = [await post(sandbox, "credit", key, body) for _ in range(2)]

    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await btc(exchange, user_id) == Decimal("1.5")


@pytest.mark.parametrize("change", [{"amount": "0.6"}, {"asset": "ETH"}, {"reference": "ab:1"}])
async def test_the_same_key_for_another_request_is_refused(sandbox, exchange, change):
    user_id, key = await sandbox.open_account(), new_key()
    body = order(user_id)
    await post(sandbox, "credit", key, body)

    other = await post(sandbox, "credit", key, body | change)

    assert (other.status_code, other.json()["slug"]) == (422, "idempotency_conflict")
    assert (await exchange.account(user_id)).balances == {"BTC": Decimal("1.5")}


async def test_the_same_key_for_another_action_is_refused(sandbox):
    user_id, key = await sandbox.open_account(), new_key()
    body = order(user_id)
    await post(sandbox, "credit", key, body)

    assert (await post(sandbox, "compensate", key, body)).status_code == 422


async def test_fifty_requests_at_once_with_one_key_are_applied_once(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()
    body = order(user_id)

    answers = await asyncio.gather(*(post(sandbox, "credit", key, body) for _ in range(50)))

    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_twenty_keys_at_once_credit_a_deposit_once(sandbox, exchange):
    user_id = await sandbox.open_account()
    body = order(user_id)

    answers = await asyncio.gather(*(post(sandbox, "credit", new_key(), body) for _ in range(20)))

    assert sorted(a.status_code for a in answers) == [200] + [409] * 19
    assert await btc(exchange, user_id) == Decimal("1.5")


@pytest.mark.parametrize("spelling", [str.upper, "0x{}".format, "0X{}".format])
async def test_another_spelling_of_the_transaction_is_the_same_deposit(sandbox, exchange, spelling):
    user_id, txid = await sandbox.open_account(), token_hex(32)
    await exchange.credit(new_key(), user_id, "BTC", Decimal("0.5"), f"{txid}:0")

    with pytest.raises(Refused) as caught:
        await exchange.credit(new_key(), user_id, "BTC", Decimal("0.5"), f"{spelling(txid)}:00")

    assert caught.value.slug == "already_credited"


async def test_two_outputs_of_a_transaction_are_two_deposits(sandbox, exchange):
    user_id, txid = await sandbox.open_account(), token_hex(32)

    for output in (0, 1):
        await exchange.credit(new_key(), user_id, "BTC", Decimal("0.5"), f"{txid}:{output}")

    assert await btc(exchange, user_id) == Decimal("2.0")
    assert len(await exchange.ledger(txid)) == 2


async def test_a_deposit_that_the_exchange_credited_itself_is_not_credited_again(sandbox, exchange):
    user_id, txid = await sandbox.open_account(), token_hex(32)
    await sandbox.put(
        "/sandbox/deposits",
        txid=txid, vout=0, user_id=user_id, asset="BTC", amount="0.5", state="credited",
    )  # fmt: skip

    with pytest.raises(Refused) as caught:
        await exchange.credit(new_key(), user_id, "BTC", Decimal("0.5"), f"{txid}:0")

    assert caught.value.slug == "already_credited"
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_an_answer_that_is_cut_off_leads_to_one_credit_and_a_receipt(sandbox, exchange):
    user_id = await sandbox.open_account()
    await sandbox.put(
        "/sandbox/faults", path_prefix="/v1/actions/credit", drop_answer=True, times=2
    )

    receipt = await exchange.credit(new_key(), user_id, "BTC", Decimal("0.5"), f"{token_hex(32)}:0")

    assert receipt.status == "applied"
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_an_action_that_never_gets_an_answer_can_be_read_back(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()
    await sandbox.put(
        "/sandbox/faults", path_prefix="/v1/actions/credit", drop_answer=True, times=3
    )

    with pytest.raises(TransientError):
        await exchange.credit(key, user_id, "BTC", Decimal("0.5"), f"{token_hex(32)}:0")

    assert (await exchange.action(key)).status == "applied"


async def test_a_compensation_is_paid_once_under_its_key(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()

    for _ in range(2):
        await exchange.compensate(key, user_id, "USDT", Decimal("12.34"), "position-7")

    assert (await exchange.account(user_id)).balances["USDT"] == Decimal("12.34")


async def test_a_freeze_restricts_and_an_unfreeze_opens_again(sandbox, exchange):
    user_id = await sandbox.open_account()
    scope = ("withdrawals", "api_keys")

    await exchange.freeze(new_key(), user_id, scope, None)
    frozen = await exchange.account(user_id)
    await exchange.unfreeze(new_key(), user_id, ["withdrawals"])
    opened = await exchange.account(user_id)

    assert frozen.restrictions == ("api_keys", "withdrawals")
    assert opened.restrictions == ("api_keys",)


async def test_a_freeze_ends_by_itself_and_keeps_its_receipt(sandbox, exchange):
    user_id, key = await sandbox.open_account(), new_key()
    past = datetime.now(UTC) - timedelta(seconds=1)

    receipt = await exchange.freeze(key, user_id, ["withdrawals"], past)

    assert receipt.expires_at == past
    assert (await exchange.account(user_id)).restrictions == ()
    assert await exchange.action(key) == receipt


async def test_an_action_on_an_account_that_does_not_exist_is_refused(exchange):
    with pytest.raises(Refused) as caught:
        await exchange.freeze(new_key(), "nobody", ["login"], None)

    assert caught.value.slug == "unknown_account"


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "é"])
async def test_a_key_that_is_no_key_is_400(sandbox, key):
    user_id = await sandbox.open_account()

    answer = await sandbox.client.post(
        "/v1/actions/credit",
        json=order(user_id),
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],
    )

    assert (answer.status_code, answer.json()["slug"]) == (400, "invalid_idempotency_key")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "0"}, {"amount": "-1"}, {"amount": 0.5}, {"amount": "1e3"}, {"amount": None},
        {"reference": "no-output"}, {"reference": "a:b"}, {"asset": "B$C"}, {"bonus": "1"},
        {"user_id": {"$ne": None}},
    ],
)  # fmt: skip
async def test_an_order_that_cannot_be_right_is_422_and_changes_nothing(sandbox, exchange, change):
    user_id = await sandbox.open_account()

    answer = await post(sandbox, "credit", new_key(), order(user_id) | change)

    assert (answer.status_code, answer.json()["slug"]) == (422, "invalid_request")
    assert await btc(exchange, user_id) == Decimal("1.0")


@pytest.mark.parametrize("scope", [[], ["everything"], "login", None])
async def test_a_freeze_of_nothing_known_is_422(sandbox, scope):
    user_id = await sandbox.open_account()

    answer = await post(sandbox, "freeze", new_key(), {"user_id": user_id, "scope": scope})

    assert answer.status_code == 422
