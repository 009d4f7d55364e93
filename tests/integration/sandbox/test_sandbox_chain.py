"""The chain through the Esplora connector, and what is true for all customers."""

from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_hex
from uuid import uuid4

import pytest

from shared.connectors.esplora import Esplora
from shared.connectors.transport import http_client

ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


async def test_a_transaction_waits_until_a_block_is_mined(sandbox, esplora):
    await sandbox.put("/sandbox/tip", height=900_000)
    txid = await sandbox.broadcast(50_000, 7)

    waiting = await esplora.transaction(txid)
    await sandbox.post("/sandbox/mine", blocks=3)
    mined = await esplora.transaction(txid.upper())

    assert not waiting.status.confirmed
    assert mined.status.block_height == 900_001
    assert await esplora.tip() == 900_003
    assert [output.value for output in mined.vout] == [50_000, 7]
    assert await esplora.in_best_chain(mined.status.block_hash)


async def test_a_lower_tip_takes_a_block_off_the_chain(sandbox, esplora):
    await sandbox.put("/sandbox/tip", height=900_000)
    txid = await sandbox.broadcast(1, height=900_000)
    block = (await esplora.transaction(txid)).status.block_hash

    await sandbox.put("/sandbox/tip", height=899_999)

    assert not (await esplora.transaction(txid)).status.confirmed
    assert not await esplora.in_best_chain(block)


@pytest.mark.parametrize("txid", ["", "zz", "ab" * 31, "../blocks/tip/height", token_hex(32)])
async def test_a_transaction_that_is_not_there_is_none(esplora, txid):
    assert await esplora.transaction(txid) is None


async def test_answers_are_recorded_as_they_came(sandbox, esplora):
    await sandbox.put("/sandbox/tip", height=900_000)
    txid = await sandbox.broadcast(50_000, height=899_999)

    recorded = await esplora.responses(txid)

    assert set(recorded) == {
        "GET /block-height/0",
        "GET /tx/{txid}",
        "GET /blocks/tip/height",
        "GET /block/{hash}/status",
    }
    assert recorded["GET /tx/{txid}"]["status"] == 200
    assert recorded["GET /tx/{txid}"]["json"]["vout"][0]["value"] == 50_000
    assert recorded["GET /blocks/tip/height"] == {"status": 200, "json": 900_000}


async def test_the_tip_is_asked_after_the_transaction(sandbox):
    asked = []

    async def note(request):
        asked.append(request.url.path)

    async with http_client() as client:
        client.event_hooks = {"request": [note]}
        await Esplora(client, f"{sandbox.url}/esplora").responses("ab" * 32)

    assert asked[1:] == [f"/esplora/tx/{'ab' * 32}", "/esplora/blocks/tip/height"]


async def test_a_missing_transaction_is_recorded_as_esplora_says_it(esplora):
    recorded = await esplora.responses(token_hex(32))

    assert recorded["GET /tx/{txid}"] == {"status": 404, "text": "Transaction not found"}


async def test_a_malformed_id_is_recorded_too(esplora):
    assert (await esplora.responses("zz"))["GET /tx/{txid}"]["status"] == 400


async def test_the_status_alone_can_be_asked(sandbox):
    await sandbox.put("/sandbox/tip", height=900_000)
    txid = await sandbox.broadcast(1, height=900_000)

    status = (await sandbox.client.get(f"/esplora/tx/{txid}/status")).json()
    unknown = await sandbox.client.get(f"/esplora/tx/{token_hex(32)}/status")

    assert (status["confirmed"], status["block_height"]) == (True, 900_000)
    assert unknown.status_code == 404


@pytest.mark.parametrize("path", ["tx/zz", "tx/zz/status", "block/zz/status"])
async def test_a_malformed_id_is_400_as_at_esplora(sandbox, path):
    answer = await sandbox.client.get(f"/esplora/{path}")

    assert (answer.status_code, answer.text) == (400, "Invalid hex string")


async def test_a_malformed_transaction_is_not_broadcast(sandbox):
    body = {"vout": [{"address": ADDRESS, "value": 1}]}

    assert (await sandbox.client.put("/sandbox/transactions/zz", json=body)).status_code == 422


async def test_a_payment_to_what_is_no_address_is_refused(sandbox):
    body = {"vout": [{"address": "bc1qdemo", "value": 1}]}

    answer = await sandbox.client.put(f"/sandbox/transactions/{token_hex(32)}", json=body)

    assert answer.status_code == 422


async def test_prices_hold_what_lies_between_both_ends(sandbox, exchange):
    symbol = f"T{uuid4().hex[:8]}"
    minutes = [f"2026-03-01T12:0{minute}:00Z" for minute in (3, 1, 2, 0)]
    mark = [[t, f"6000{n}.5"] for n, t in enumerate(minutes)]
    await sandbox.post("/sandbox/prices", symbol=symbol, mark=mark)
    await sandbox.post("/sandbox/prices", symbol=symbol, mark=[[minutes[1], "1"]])

    found = await exchange.prices(
        symbol, datetime(2026, 3, 1, 12, 1, tzinfo=UTC), datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
    )

    assert [price for _, price in found.mark] == [Decimal(1), Decimal("60002.5")]
    assert found.mark[0][0] == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    assert (found.last, found.index) == ((), ())


async def test_an_unknown_symbol_has_no_prices(exchange):
    now = datetime.now(UTC)

    assert await exchange.prices("NONE", now, now) is None


async def test_an_asset_says_what_its_deposits_need(exchange):
    assert (await exchange.asset("BTC")).required_confirmations == 6
    assert await exchange.asset("NOPE") is None


async def test_an_incident_is_found_by_the_time_it_touches(sandbox):
    name = str(uuid4())
    await sandbox.post(
        "/sandbox/incidents",
        id=name, component="wallet", title="slow", started_at="2026-02-01T10:00:00Z",
        ended_at="2026-02-01T11:00:00Z",
    )  # fmt: skip

    async def found(start, end):
        params = {"from": f"2026-02-01T{start}:00Z", "to": f"2026-02-01T{end}:00Z"}
        rows = (await sandbox.client.get("/v1/incidents", params=params)).json()
        return name in [row["id"] for row in rows]

    assert [await found("09:00", "09:59"), await found("10:59", "12:00")] == [False, True]
    assert not await found("11:01", "12:00")
