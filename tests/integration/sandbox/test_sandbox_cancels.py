"""Stopping a withdrawal: once, and only while it is not broadcast."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.connectors.exchange import Refused


async def a_withdrawal(sandbox, state="pending"):
    user_id, name = await sandbox.open_account(), f"W-{uuid4()}"
    row = {"id": name, "user_id": user_id, "at": datetime.now(UTC).isoformat(), "state": state}
    sent = {"asset": "BTC", "amount": "1", "address": "a"}
    answer = await sandbox.client.post("/sandbox/withdrawals", json={**row, **sent})
    answer.raise_for_status()
    return user_id, name


async def state_of(exchange, user_id):
    (row,) = await exchange.withdrawals(user_id)
    return row.state


async def test_a_withdrawal_that_waits_is_stopped_once_and_can_be_read_back(sandbox, exchange):
    user_id, name = await a_withdrawal(sandbox)
    key, reference = f"cancel|{name}", f"withdrawal:{name}"

    first = await exchange.cancel_withdrawal(key, user_id, reference)
    again = await exchange.cancel_withdrawal(key, user_id, reference)

    assert first == again == await exchange.action(key)
    assert await state_of(exchange, user_id) == "cancelled"


@pytest.mark.parametrize("state", ["broadcast", "completed", "failed"])
async def test_what_is_on_its_way_cannot_be_stopped(sandbox, exchange, state):
    user_id, name = await a_withdrawal(sandbox, state)

    with pytest.raises(Refused) as no:
        await exchange.cancel_withdrawal(f"cancel|{name}", user_id, f"withdrawal:{name}")

    assert no.value.slug == "already_broadcast"
    assert await state_of(exchange, user_id) == state


async def test_nobody_stops_another_accounts_withdrawal(sandbox, exchange):
    _, name = await a_withdrawal(sandbox)
    other = await sandbox.open_account()

    with pytest.raises(Refused):
        await exchange.cancel_withdrawal(f"cancel|{name}", other, f"withdrawal:{name}")
