"""Accounts and what belongs to them, through the connector."""

from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_bytes, token_hex
from uuid import uuid4

import pytest

from shared.rules.bech32 import Witness, encode

WITHDRAWAL = {
    "asset": "BTC", "amount": "0.1", "address": "bc1q", "state": "pending", "amount_usd": "6000",
}  # fmt: skip
LOGIN = {"ip": "192.0.2.7", "country": "FR", "asn": 64500, "lat": 48.9, "lon": 2.4, "device": "d"}
POSITION = {
    "symbol": "BTCUSDT", "kind": "liquidation", "margin_mode": "isolated", "side": "long",
    "size": "1", "entry": "60000", "leverage": "10", "initial_margin": "6000",
    "added_margin": [{"at": "2026-03-01T11:00:00Z", "amount": "100"}],
    "liquidation": {"at": "2026-03-01T12:00:00Z", "fill_price": "54200", "engine_mmr": "0.004"},
}  # fmt: skip
ORDER = {
    "symbol": "BTCUSDT", "side": "buy", "type": "market", "size": "1", "filled": "1",
    "state": "filled",
}  # fmt: skip
TRANSFER = {"asset": "BTC", "amount": "1", "direction": "out", "counterparty": "u-other"}


async def test_an_account_is_given_as_it_was_opened(sandbox, exchange):
    user_id = await sandbox.open_account(
        phone="+33 1 99 00 00 00",
        kyc={"level": 0, "state": "refused", "reason": "document_expired"},
        restrictions=["trading"],
        contacts=[{"email": "old@example.com", "since": "2025-01-01T00:00:00Z"}],
        deposit_addresses={"bitcoin": f"addr-{uuid4()}"},
    )

    found = await exchange.account(user_id)

    assert (found.user_id, found.kyc.reason) == (user_id, "document_expired")
    assert found.restrictions == ("trading",)
    assert found.contacts[0].since == datetime(2025, 1, 1, tzinfo=UTC)
    assert found.balances == {"BTC": Decimal("1.0")}


@pytest.mark.parametrize("user_id", ["nobody", "..", "a/b", "{}", "\x00"])
async def test_an_account_that_does_not_exist_is_none(exchange, user_id):
    assert await exchange.account(user_id) is None
    assert await exchange.withdrawals(user_id) == ()


async def test_accounts_are_found_by_e_mail_in_any_case(sandbox, exchange):
    email = f"{uuid4()}@Example.com"
    user_id = await sandbox.open_account(email=email)

    found = await exchange.find_accounts(email.upper())

    assert [account.user_id for account in found] == [user_id]


async def test_an_unknown_e_mail_finds_nothing(exchange):
    assert await exchange.find_accounts(f"{uuid4()}@example.com") == ()


@pytest.mark.parametrize(
    "body", [b'{"email": {"$ne": null}}', b'{"email": "\\ud800"}', b"[" * 9999]
)
async def test_a_search_for_what_is_no_text_is_refused(sandbox, body):
    answer = await sandbox.client.post("/v1/accounts/search", content=body)

    assert answer.status_code == 422


async def test_a_deposit_address_leads_to_its_owner_in_either_case(sandbox, exchange):
    address = encode(Witness("bc", 0, token_bytes(20)))
    user_id = await sandbox.open_account(deposit_addresses={"bitcoin": address})

    assert await exchange.owner_of(address) == user_id
    assert await exchange.owner_of(address.upper()) == user_id
    assert await exchange.owner_of("bc1qelse") is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("withdrawals", WITHDRAWAL),
        ("logins", LOGIN),
        ("positions", POSITION),
        ("orders", ORDER),
        ("transfers", TRANSFER),
    ],
)
async def test_records_are_listed_oldest_first_and_replaced_by_id(sandbox, kind, fields):
    user_id, other = await sandbox.open_account(), await sandbox.open_account()
    ids = [str(uuid4()) for _ in range(3)]
    for name, owner, at in (
        (ids[0], user_id, "2026-03-01T12:00:00Z"),
        (ids[1], user_id, "2026-03-01T11:59:59.5Z"),
        (ids[2], other, "2026-03-01T12:00:00Z"),
        (ids[0], user_id, "2026-03-01T12:00:01Z"),
    ):
        await sandbox.post(f"/sandbox/{kind}", id=name, user_id=owner, at=at, **fields)

    rows = (await sandbox.client.get(f"/v1/accounts/{user_id}/{kind}")).json()

    assert [row["id"] for row in rows] == [ids[1], ids[0]]
    assert rows[1]["at"] == "2026-03-01T12:00:01Z"
    assert rows[0] | fields == rows[0]


async def test_the_connector_reads_the_records(sandbox, exchange):
    user_id = await sandbox.open_account()
    row = {"user_id": user_id, "at": "2026-03-01T12:00:00Z"}
    await sandbox.post("/sandbox/withdrawals", id=str(uuid4()), **row, **WITHDRAWAL)
    await sandbox.post("/sandbox/logins", id=str(uuid4()), **row, **LOGIN)
    await sandbox.post("/sandbox/positions", id=str(uuid4()), **row, **POSITION)

    withdrawal = (await exchange.withdrawals(user_id))[0]
    login = (await exchange.logins(user_id))[0]
    position = (await exchange.positions(user_id))[0]

    assert (withdrawal.state, withdrawal.amount_usd) == ("pending", Decimal(6000))
    assert (login.kind, login.asn, login.at.tzinfo) == ("login", 64500, UTC)
    assert position.liquidation.engine_mmr == Decimal("0.004")
    assert position.added_margin[0].amount == Decimal(100)


async def test_a_deposit_goes_from_pending_to_credited(sandbox, exchange):
    user_id, txid = await sandbox.open_account(), token_hex(32)
    row = {"txid": txid, "vout": 1, "user_id": user_id, "asset": "BTC", "amount": "0.25"}

    await sandbox.put("/sandbox/deposits", **row, state="pending")
    pending = await exchange.ledger(txid.upper())
    await exchange.credit(f"c/{txid}", user_id, "BTC", Decimal("0.25"), f"{txid}:1")
    credited = await exchange.deposits(user_id)

    assert [(d.state, d.credited_at) for d in pending] == [("pending", None)]
    assert [(d.state, d.vout, d.amount) for d in credited] == [("credited", 1, Decimal("0.25"))]
    assert credited[0].credited_at is not None


async def test_a_deposit_seeded_as_credited_counts_once_in_the_balance(sandbox, exchange):
    user_id, txid = await sandbox.open_account(), token_hex(32)
    row = {"txid": txid, "vout": 0, "user_id": user_id, "asset": "BTC", "amount": "0.25"}

    for state in ("credited", "credited", "pending"):
        await sandbox.put("/sandbox/deposits", **row, state=state)

    assert (await exchange.account(user_id)).balances == {"BTC": Decimal("1.25")}
    assert [d.state for d in await exchange.ledger(txid)] == ["credited"]


async def test_a_deposit_credited_to_another_is_no_longer_in_the_list(sandbox, exchange):
    user_id, other = await sandbox.open_account(), await sandbox.open_account()
    txid = token_hex(32)
    row = {"txid": txid, "vout": 0, "asset": "BTC", "amount": "0.25", "state": "pending"}
    await sandbox.put("/sandbox/deposits", user_id=user_id, **row)

    await exchange.credit(f"c/{txid}", other, "BTC", Decimal("0.25"), f"{txid}:0")

    assert await exchange.deposits(user_id) == ()
    assert [d.user_id for d in await exchange.ledger(txid)] == [other]


async def test_a_seed_with_an_unknown_field_is_refused_without_an_echo(sandbox):
    answer = await sandbox.client.put("/sandbox/accounts/u", json={"canary": "canary"})

    assert answer.status_code == 422
    assert "canary" not in answer.text


async def test_opening_an_account_under_another_id_is_refused(sandbox):
    user_id = await sandbox.open_account()
    wire = (await sandbox.client.get(f"/v1/accounts/{user_id}")).json()

    answer = await sandbox.client.put("/sandbox/accounts/another", json=wire)

    assert answer.status_code == 422
