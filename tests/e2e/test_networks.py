"""Deposits on several networks, from door to ledger; two sources that differ tell nobody."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
import pytest_asyncio

from shared.rules import base58
from tests.demo.world import TIP, Case

pytestmark = pytest.mark.timeout(200)
SINCE = "2025-01-01T00:00:00Z"
ERC20 = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
TRC20 = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
LOOKS = 3


@dataclass(frozen=True)
class Deposit(Case):
    """A deposit that did not arrive, of any asset on any network."""

    network: str = ""
    asset: str = ""
    place: str = ""

    @property
    def address(self):
        return self.place

    @property
    def amount(self):
        return "250" if self.asset == "USDT" else "0.25"

    def proof(self):
        return {"txid": self.txid, "amount": self.amount, "asset": self.asset}

    def payment(self):
        return {**self.proof(), "address": self.address, "network": self.network}

    @property
    def account(self):
        return {
            "user_id": self.user,
            "name": "A customer",
            "email": self.email,
            "kyc": {"level": 2, "state": "verified"},
            "deposit_addresses": {self.network: self.place},
            "contacts": [{"email": self.email, "since": SINCE}],
            "created_at": SINCE,
        }


def deposit(user, network, asset, place):
    text = f"I sent {asset} yesterday and it is not in my balance. The explorer shows it as done."
    return Deposit(
        user=user,
        language="en",
        category="deposit_withdrawal",
        subject="Deposit not credited",
        text=text,
        network=network,
        asset=asset,
        place=place,
    )


TOKEN = deposit("n-5001", "ethereum", "USDT", "0x" + "5c" * 20)
TRON = deposit("n-5003", "tron", "USDT", base58.encode_check(b"\x41" + b"\x5d" * 20))
DOUBTED = deposit("n-5005", "bitcoin", "BTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
PAID = {"ethereum": (TOKEN, ERC20), "tron": (TRON, TRC20)}
FAULT = {"path_prefix": f"/esplora/tx/{DOUBTED.txid}", "status": 404}


async def put(running, path, body):
    (await running.world.http.put(path, json=body)).raise_for_status()


async def seed(running):
    for case in (TOKEN, TRON, DOUBTED):
        await put(running, f"/sandbox/accounts/{case.user}", case.account)
    for network, (case, contract) in PAID.items():
        move = {"to": case.place, "units": "250000000", "contract": contract}
        path = f"/sandbox/networks/{network}"
        await put(running, f"{path}/tip", {"height": TIP})
        body = {"moves": [move], "height": TIP - 100}
        await put(running, f"{path}/transactions/{case.txid}", body)
    payment = {"vout": [{"address": DOUBTED.place, "value": 25_000_000}], "height": TIP - 10}
    await put(running, f"/sandbox/transactions/{DOUBTED.txid}", payment)


@pytest_asyncio.fixture(scope="module")
async def lived(running):
    """Each complaint by its customer; the one that two sources differ about is looked at again."""
    await seed(running)
    await put(running, "/sandbox/faults", {**FAULT, "times": 1_000_000})
    made = {one.case.user: one for one in await running.submit([TOKEN, TRON, DOUBTED])}
    doubted = running.watch.tracks[made[DOUBTED.user].id]
    await running.watch.until(lambda: len(doubted.of("recheck-scheduled")) >= LOOKS, 60)
    return made


@pytest_asyncio.fixture(scope="module")
async def doubts(running, lived):
    """What the sources' disagreement led to, before they agreed again."""
    seen = list(running.watch.tracks[lived[DOUBTED.user].id].events)
    await put(running, "/sandbox/faults", {**FAULT, "times": 0})
    return seen


@pytest_asyncio.fixture(scope="module")
async def evidence(running, lived, doubts):
    assert doubts
    assert await running.closed(list(lived.values()), 100) == {}
    return await running.at_rest()


@pytest.mark.parametrize("case", [TOKEN, TRON], ids=lambda case: case.network)
async def test_a_token_deposit_that_was_not_credited_is_credited_once(
    running, lived, evidence, case
):
    paid = [
        (row["action"], row["order"]["asset"], Decimal(row["order"]["amount"]))
        for row in evidence.ledger
        if row["user_id"] == case.user
    ]

    assert paid == [("credit", "USDT", Decimal(250)), ("compensate", "USDT", Decimal("0.25"))]
    story = running.watch.tracks[lived[case.user].id]
    assert story.last("decision-made").finding == "credited_internal_delay"
    assert story.of("work-item-opened") == []


async def test_two_sources_that_differ_lead_to_no_finding_and_no_answer(doubts):
    looks = [e.data for e in doubts if e.type == "redress.recheck-scheduled.v1"]
    letters = [e.data for e in doubts if e.type == "redress.letter-requested.v1"]

    assert {look.details["verdict"] for look in looks} == {"INDETERMINATE"}
    assert all(look.details["sources_differ"] for look in looks)
    assert not [e for e in doubts if e.type == "redress.finding-recorded.v1"]
    assert "decision" not in {letter.kind for letter in letters}
    assert "confirmations" not in {letter.facts.get("step") for letter in letters}


async def test_once_they_agree_the_deposit_is_credited_once(running, lived, evidence):
    paid = [row["action"] for row in evidence.ledger if row["user_id"] == DOUBTED.user]

    assert paid == ["credit", "compensate"]
    assert running.watch.tracks[lived[DOUBTED.user].id].decided


async def test_the_evidence_of_both_sources_is_kept(running, lived):
    story = running.watch.tracks[lived[TOKEN.user].id]
    sources = {e.data.evidence.source for e in story.of("evidence-added")}

    assert sources >= {"account", "ledger", "chain"}
    assert running.people.faults == []
