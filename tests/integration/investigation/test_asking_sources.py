"""Every source over real sockets: what it gives, and what is said when it gives nothing."""

import hashlib
import json
import time
from secrets import token_bytes, token_hex
from uuid import uuid4

import pytest

from services.investigation.rules.plan import SOURCES
from services.investigation.work import work
from shared.events.base import DueItem
from shared.events.investigation import EvidenceMissing
from shared.rules.bech32 import Witness, encode
from shared.runner.due import Claim
from shared.testing.scenario import COMPLAINT
from tests.unit.investigation.stage_cases import running

AT = "2026-03-01T12:00:00Z"
ORDER = {"symbol": "BTCUSDT", "side": "buy", "type": "market", "size": "1", "filled": "1"}
POSITION = {
    "symbol": "SYMBOL", "kind": "liquidation", "margin_mode": "isolated", "side": "long",
    "size": "1", "entry": "60000", "leverage": "10", "initial_margin": "6000",
    "liquidation": {"at": AT, "fill_price": "54200", "engine_mmr": "0.004"},
}  # fmt: skip
RECORDS = {
    "withdrawals": {"asset": "BTC", "amount": "0.1", "address": "bc1q", "state": "pending"},
    "logins": {"ip": "192.0.2.7"},
    "positions": POSITION,
    "orders": {**ORDER, "state": "filled"},
    "transfers": {"asset": "BTC", "amount": "1", "direction": "out", "counterparty": "u-other"},
}


@pytest.fixture
async def seeded(sandbox):
    """A customer of whom each source knows one thing; what a complaint would say of it."""
    address, symbol = encode(Witness("bc", 0, token_bytes(20))), f"S{uuid4().hex[:8]}"
    user_id = await sandbox.open_account(deposit_addresses={"bitcoin": address})
    for kind, fields in RECORDS.items():
        own = {"symbol": symbol} if kind == "positions" else {}
        row = {"id": f"{kind}-{user_id}", "user_id": user_id, "at": AT, **fields, **own}
        await sandbox.post(f"/sandbox/{kind}", **row)
    await sandbox.post("/sandbox/prices", symbol=symbol, mark=[[AT, "54000"]])
    tier = {"notional_cap": "250000", "cum": "0"}
    for since, mmr in (("2025-01-01", "0.005"), ("2026-01-01", "0.004"), ("2026-04-01", "0.003")):
        table = {"symbol": symbol, "since": f"{since}T00:00:00Z", "tiers": [{**tier, "mmr": mmr}]}
        await sandbox.post("/sandbox/margin-tiers", **table)
    await sandbox.post(
        "/sandbox/incidents", id=user_id, component="api", title="slow", started_at=AT
    )
    await sandbox.put("/sandbox/tip", height=900_000)
    txid = await sandbox.broadcast(50_000_000, height=899_000, address=address)
    deposit = {"txid": txid, "vout": 0, "user_id": user_id, "asset": "BTC", "amount": "0.5"}
    await sandbox.put("/sandbox/deposits", **deposit, state="pending")
    return {"user_id": user_id, "txid": txid, "address": address, "occurred_at": AT}


async def asked(wiring, told, sources=SOURCES):
    """What each source answers to one batch."""
    case = running(**told)
    items = [
        DueItem(key=f"k:{name}", kind="collect", at=case.now, event="e", arguments={"source": name})
        for name in sources
    ]
    claims = [Claim(COMPLAINT, item, case.state, case.now) for item in items]
    return dict(zip(sources, await work(wiring)["collect"](claims), strict=True))


async def answer(wiring, told, source):
    result = (await asked(wiring, told, [source]))[source]
    return json.loads(result.evidence.content.text)


async def test_the_evidence_of_each_source_fits_its_hash_and_says_where_it_is_from(wiring, seeded):
    found = await asked(wiring, seeded)

    for name, result in found.items():
        text, about = result.evidence.content.text, SOURCES[name]
        assert result.evidence.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert text == json.dumps(
            json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        assert (result.source, result.evidence.source, result.problem) == (name, name, None)
        assert (result.evidence.type, result.evidence.query) == (about.type, about.query)
        assert (result.key, result.put_by) == (f"k:{name}", "e")


@pytest.mark.parametrize("source", RECORDS)
async def test_a_record_of_the_account_is_in_the_evidence(wiring, seeded, source):
    rows = (await answer(wiring, seeded, source))["rows"]

    assert [row["id"] for row in rows] == [f"{source}-{seeded['user_id']}"]


async def test_the_withdrawal_named_is_evidence_with_what_the_chain_shows(wiring, seeded, sandbox):
    name, user_id = f"w-{uuid4()}", seeded["user_id"]
    row = {"asset": "BTC", "amount": "0.5", "address": seeded["address"], "txid": seeded["txid"]}
    own = {"id": name, "user_id": user_id, "at": AT, **row}
    await sandbox.post("/sandbox/withdrawals", **own, state="completed")

    by_id = await answer(wiring, {"user_id": user_id, "txid": None, "order_id": name}, "payout")
    by_txid = await answer(wiring, seeded, "payout")
    other = await answer(wiring, seeded | {"txid": token_hex(32)}, "payout")

    assert (by_id["named"]["id"], by_id) == (name, by_txid)
    (told,) = by_id["sources"]
    assert told["responses"]["GET /tx/{txid}"]["json"]["txid"] == seeded["txid"]
    assert (other["named"], other["several"]) == (None, False)


async def test_the_account_is_evidence_without_what_names_the_person(wiring, seeded):
    account = (await answer(wiring, seeded, "account"))["account"]

    assert account["deposit_addresses"] == {"bitcoin": seeded["address"]}
    assert {"name", "email", "phone", "contacts", "anti_phishing_code"}.isdisjoint(account)


async def test_the_prices_are_those_around_the_liquidation(wiring, seeded):
    prices = await answer(wiring, seeded, "prices")

    assert (prices["position"], prices["mark"]) == (
        f"positions-{seeded['user_id']}",
        [[AT, "54000"]],
    )


async def test_the_margin_table_is_the_one_in_force_at_the_liquidation(wiring, seeded):
    table = await answer(wiring, seeded, "tiers")

    assert (table["position"], table["since"]) == (
        f"positions-{seeded['user_id']}",
        "2026-01-01T00:00:00Z",
    )
    assert [tier["mmr"] for tier in table["tiers"]] == ["0.004"]


async def test_the_ledger_and_the_chain_tell_of_the_transaction(wiring, seeded):
    ledger = await answer(wiring, seeded, "ledger")
    chain = await answer(wiring, seeded, "chain")

    assert [row["txid"] for row in ledger["rows"]] == [seeded["txid"]]
    assert ledger["asset"]["required_confirmations"] == 6
    (told,) = chain["sources"]
    assert told["responses"]["GET /blocks/tip/height"]["json"] == 900_000


async def test_an_incident_of_the_day_is_evidence_and_one_of_another_week_is_not(wiring, seeded):
    async def ids(occurred_at):
        told = seeded | {"occurred_at": occurred_at}
        return [row["id"] for row in (await answer(wiring, told, "incidents"))["rows"]]

    assert seeded["user_id"] in await ids("2026-03-02T11:00:00Z")
    assert seeded["user_id"] not in await ids("2026-02-20T11:00:00Z")


async def test_the_order_that_the_customer_names_is_evidence_however_old_it_is(
    wiring, seeded, sandbox
):
    user_id, name = seeded["user_id"], f"old-{uuid4()}"
    row = {"user_id": user_id, **ORDER, "state": "rejected"}
    await sandbox.post("/sandbox/orders", id=name, at="2020-01-01T00:00:00Z", **row)

    evidence = await answer(wiring, seeded | {"order_id": name}, "orders")
    other = await answer(wiring, seeded | {"order_id": "nobody's"}, "orders")

    assert (evidence["named"]["id"], evidence["named"]["state"]) == (name, "rejected")
    assert (other["named"], len(other["rows"])) == (None, 2)


@pytest.mark.parametrize(
    ("category", "reason"),
    [("trade_execution", "order-unknown"), ("api", "no-calls"), ("kyc", "facts-missing")],
)
async def test_a_complaint_of_which_the_exchange_knows_nothing_goes_to_a_person(
    wiring, seeded, category, reason
):
    case = running(category=category, **seeded)
    items = list(case.state.due.values())

    for result in await work(wiring)["collect"](
        [Claim(COMPLAINT, item, case.state, case.now) for item in items]
    ):
        last = case.when(result)

    assert set(case.state.sources) == set(case.state.evidence)
    assert (last[-1].reason, case.state.missing) == (reason, ())


async def test_an_order_comes_with_its_fills_its_book_and_its_marks(wiring, seeded, sandbox):
    name, symbol = f"o-{uuid4()}", f"S{uuid4().hex[:8]}"
    own = {"user_id": seeded["user_id"], "at": AT}
    await sandbox.post(
        "/sandbox/orders", id=name, **own, **{**ORDER, "symbol": symbol}, state="filled"
    )
    await sandbox.post(
        "/sandbox/fills", id=f"f-{name}", order_id=name, **own, price="100", size="1"
    )
    await sandbox.post("/sandbox/books", symbol=symbol, at=AT, bids=[["99", "1"]])
    await sandbox.post("/sandbox/prices", symbol=symbol, mark=[[AT, "99.5"]])

    found = await answer(wiring, seeded | {"order_id": name}, "execution")

    assert (found["order"]["id"], [f["price"] for f in found["fills"]]) == (name, ["100"])
    assert (found["book"]["bids"], found["marks"]) == ([["99", "1"]], [[AT, "99.5"]])
    assert seeded["user_id"] in [row["id"] for row in found["incidents"]]


async def test_the_identity_record_and_the_api_calls_are_evidence(wiring, seeded, sandbox):
    user_id = seeded["user_id"]
    await sandbox.post("/sandbox/kyc", user_id=user_id, status="approved", level=2)
    call = {"key": "k", "method": "GET", "path": "/v5/x", "status": 200}
    await sandbox.post("/sandbox/api-calls", id=f"c-{user_id}", user_id=user_id, at=AT, **call)

    identity = await answer(wiring, seeded, "identity")
    calls = await answer(wiring, seeded, "api_calls")

    assert identity["record"]["status"] == "approved"
    assert [row["id"] for row in calls["rows"]] == [f"c-{user_id}"]


async def test_an_older_complaint_of_the_account_is_seen_in_the_database(wiring, seeded):
    older = running(**seeded)
    document = {"_id": str(uuid4()), "state": older.state.model_dump(mode="json")}
    document["state"]["claim"]["received_at"] = "2026-01-01T00:00:00Z"
    await wiring.database["investigation"].insert_one(document)

    ledger = await answer(wiring, seeded, "ledger")
    stranger = await answer(wiring, seeded | {"user_id": "u-else"}, "ledger")

    assert ledger["earlier_claims"] == [seeded["txid"]]
    assert stranger["earlier_claims"] == []


async def test_an_exchange_that_cannot_be_reached_is_a_problem_and_is_asked_again(alone):
    told = {"user_id": "u1", "txid": token_hex(32)}
    case = running(**told)
    items = list(case.state.due.values())

    results = await work(alone)["collect"](
        [Claim(COMPLAINT, item, case.state, case.now) for item in items]
    )

    assert {(r.problem, r.evidence) for r in results} == {("unavailable", None)}
    assert [type(e) for r in results for e in case.when(r)] == [EvidenceMissing] * 4
    assert all(item.at > case.now for item in case.state.due.values())


async def test_an_exchange_that_hangs_is_a_problem_within_the_limit_of_a_call(
    wiring, seeded, sandbox
):
    await sandbox.put("/sandbox/faults", path_prefix="/v1", delay_s=5.5, times=1000)
    started = time.monotonic()
    try:
        found = await asked(wiring, seeded)
    finally:
        await sandbox.put("/sandbox/faults", path_prefix="/v1", times=0)

    assert {result.problem for result in found.values()} == {"unavailable"}
    assert time.monotonic() - started < 8


async def test_what_the_exchange_does_not_take_is_a_problem_with_its_code(wiring, seeded, sandbox):
    path = f"/v1/accounts/{seeded['user_id']}/orders"
    await sandbox.put("/sandbox/faults", path_prefix=path, status=422, times=1)

    result = (await asked(wiring, seeded, ["orders"]))["orders"]

    assert (result.problem, result.evidence) == ("fault", None)
