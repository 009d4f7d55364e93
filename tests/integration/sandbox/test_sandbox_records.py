"""Withdrawals, identity checks, fills, books and API calls, through the connector."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from shared.connectors.exchange import Refused

AT, LATER = "2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AFTER = NOON.replace(minute=1)


async def withdrawal(sandbox, state):
    """A fresh withdrawal in that state: its account and its id."""
    user_id, name = await sandbox.open_account(), f"w-{uuid4()}"
    row = {"id": name, "user_id": user_id, "at": AT, "asset": "BTC", "amount": "0.4"}
    await sandbox.post(
        "/sandbox/withdrawals", **row, fee="0.0002", address="bc1q", state=state, broadcast_at=LATER
    )
    return user_id, name


async def test_a_withdrawal_tells_its_fee_and_its_times(sandbox, exchange):
    user_id, _ = await withdrawal(sandbox, "broadcast")

    found = (await exchange.withdrawals(user_id))[0]

    assert (found.state, found.fee) == ("broadcast", Decimal("0.0002"))
    assert (found.broadcast_at - found.at).total_seconds() == 1
    assert found.refunded_at is None


async def test_a_failed_withdrawal_is_given_back_once_under_whatever_key(sandbox, exchange):
    user_id, name = await withdrawal(sandbox, "failed")
    asked = (user_id, "BTC", Decimal("0.4002"), f"withdrawal:{name}")

    receipt = await exchange.credit(f"credit|withdrawal|{name}", *asked)
    again = await exchange.credit(f"credit|withdrawal|{name}", *asked)
    with pytest.raises(Refused) as refused:
        await exchange.credit(f"another|{name}", *asked)

    assert (receipt, refused.value.slug) == (again, "already_credited")
    assert (await exchange.account(user_id)).balances["BTC"] == Decimal("1.4002")
    assert (await exchange.withdrawals(user_id))[0].refunded_at == receipt.applied_at
    assert await exchange.deposits(user_id) == ()


@pytest.mark.parametrize("state", ["pending", "broadcast", "completed", "cancelled", "on_hold"])
async def test_a_withdrawal_that_did_not_fail_is_not_given_back(sandbox, exchange, state):
    user_id, name = await withdrawal(sandbox, state)

    with pytest.raises(Refused) as refused:
        await exchange.credit(f"k|{name}", user_id, "BTC", Decimal("0.4"), f"withdrawal:{name}")

    assert refused.value.slug == "not_failed"
    assert (await exchange.account(user_id)).balances["BTC"] == Decimal("1.0")


async def test_a_failed_withdrawal_is_not_given_back_to_somebody_else(sandbox, exchange):
    _, name = await withdrawal(sandbox, "failed")
    other = await sandbox.open_account()

    with pytest.raises(Refused):
        await exchange.credit(f"k|{name}", other, "BTC", Decimal("0.4"), f"withdrawal:{name}")


async def test_the_identity_vendors_record_is_given_and_replaced(sandbox, exchange):
    user_id = await sandbox.open_account()
    refused = {"at": AT, "decided_at": LATER, "status": "refused", "reasons": ["document_blurred"]}
    incident = {"id": "v-1", "started_at": AT}

    none = await exchange.kyc(user_id)
    await sandbox.post("/sandbox/kyc", user_id=user_id, status="in_progress")
    record = {"status": "refused", "attempts": [refused], "vendor_incidents": [incident]}
    await sandbox.post("/sandbox/kyc", user_id=user_id, **record)
    found = await exchange.kyc(user_id)

    assert none is None
    assert (found.status, found.attempts[0].reasons) == ("refused", ("document_blurred",))
    assert (found.vendor_incidents[0].id, found.vendor_incidents[0].ended_at) == ("v-1", None)


async def test_the_fills_of_an_order_come_oldest_first(sandbox, exchange):
    user_id, order = await sandbox.open_account(), f"o-{uuid4()}"
    for name, at, price in (("b", LATER, "101"), ("a", AT, "100")):
        row = {"id": f"{order}-{name}", "user_id": user_id, "order_id": order, "at": at}
        await sandbox.post("/sandbox/fills", **row, price=price, size="0.5")

    assert [fill.price for fill in await exchange.fills(order)] == [Decimal(100), Decimal(101)]
    assert await exchange.fills("nobody's") == ()


async def test_the_book_is_the_newest_that_is_not_later(sandbox, exchange):
    symbol = f"S{uuid4().hex[:8]}"
    for at, price in ((AT, "100"), (LATER, "101")):
        await sandbox.post("/sandbox/books", symbol=symbol, at=at, asks=[[price, "2"]])

    assert (await exchange.book(symbol, NOON)).asks == ((Decimal(100), Decimal(2)),)
    assert (await exchange.book(symbol, AFTER)).asks[0][0] == Decimal(101)
    assert await exchange.book(symbol, datetime(2020, 1, 1, tzinfo=UTC)) is None


async def test_the_api_calls_are_those_of_the_time_asked_for(sandbox, exchange):
    user_id = await sandbox.open_account()
    call = {"key": "k1", "method": "POST", "path": "/v5/order", "status": 401}
    for at in ("2026-02-01T00:00:00Z", LATER, AT):
        row = {"id": str(uuid4()), "user_id": user_id, "at": at, **call, "error": "50113"}
        await sandbox.post("/sandbox/api-calls", **row, skew_ms=-7)

    found = await exchange.api_calls(user_id, NOON, AFTER)

    assert [(row.at, row.error, row.skew_ms) for row in found] == [
        (NOON, "50113", -7),
        (NOON.replace(second=1), "50113", -7),
    ]


@pytest.mark.parametrize("path", ["fills", "books", "kyc", "api-calls", "withdrawals"])
async def test_a_record_with_an_unknown_field_is_refused_without_an_echo(sandbox, path):
    answer = await sandbox.client.post(f"/sandbox/{path}", json={"canary": "canary"})

    assert answer.status_code == 422
    assert "canary" not in answer.text
