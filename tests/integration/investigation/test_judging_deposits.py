"""Bitcoin deposits from the chain and the ledger to what the playbook finds."""

from datetime import timedelta
from decimal import Decimal
from secrets import token_bytes, token_hex

import pytest

from services.investigation.work import work
from shared.rules.bech32 import Witness, encode
from shared.runner.due import Claim
from shared.testing.scenario import COMPLAINT
from tests.unit.investigation.stage_cases import names, running, settled

TIP = 900_000


def address():
    return encode(Witness("bc", 0, token_bytes(20)))


class Depositor:
    """A customer who misses half a coin, and what the sources say of it."""

    def __init__(self, wiring, sandbox, user_id, own):
        self.wiring = wiring
        self.sandbox = sandbox
        self.user_id = user_id
        self.address = own

    async def complains(self, txid, **told):
        """What follows from the last answer, and the case."""
        facts = {"user_id": self.user_id, "txid": txid, "address": self.address, **told}
        case = running(**facts)
        return case, await self.answered(case)

    async def answered(self, case):
        items = list(case.state.due.values())
        claims = [Claim(COMPLAINT, item, case.state, case.now) for item in items]
        results = await work(self.wiring)["collect"](claims)
        return settled(case, [e for r in results for e in case.when(r)])

    async def pays(self, to, blocks):
        height = None if blocks == 0 else TIP - blocks + 1
        return await self.sandbox.broadcast(50_000_000, height=height, address=to)


@pytest.fixture
async def depositor(wiring, sandbox):
    await sandbox.put("/sandbox/tip", height=TIP)
    own = address()
    user_id = await sandbox.open_account(deposit_addresses={"bitcoin": own})
    return Depositor(wiring, sandbox, user_id, own)


def one(events, name):
    return next(event for event in events if type(event).__name__ == name)


async def test_a_deposit_that_arrived_and_was_not_credited_is_to_be_credited(depositor):
    txid = await depositor.pays(depositor.address, blocks=6)

    _, events = await depositor.complains(txid)

    proposal = one(events, "RemedyProposed")
    assert (proposal.finding, proposal.outcome) == ("credited_internal_delay", "upheld")
    assert [(r.code, r.user_id, r.amount, r.thing) for r in proposal.remedies] == [
        ("credit", depositor.user_id, Decimal("0.5"), f"bitcoin|{txid}|0"),
        ("compensate", depositor.user_id, Decimal("0.0005"), f"bitcoin|{txid}|0|delay"),
    ]


async def test_two_of_six_confirmations_wait_until_there_are_six(depositor, sandbox):
    txid = await depositor.pays(depositor.address, blocks=2)

    case, events = await depositor.complains(txid)

    recheck = one(events, "RecheckScheduled")
    assert recheck.finding == "confirmed_wait"
    assert (recheck.details["confirmations"], recheck.details["required"]) == (2, 6)
    await sandbox.post("/sandbox/mine", blocks=4)
    case.elapse(timedelta(hours=1))
    assert one(await depositor.answered(case), "RemedyProposed").outcome == "upheld"


async def test_a_deposit_to_a_strangers_address_is_rejected(depositor):
    strange = address()
    txid = await depositor.pays(strange, blocks=6)

    _, events = await depositor.complains(txid)

    proposal = one(events, "RemedyProposed")
    assert (proposal.finding, proposal.outcome) == ("wrong_address", "rejected")
    assert proposal.details["paid_to"] == strange


async def test_a_deposit_to_another_users_address_goes_to_a_person(depositor, sandbox):
    other = address()
    await sandbox.open_account(deposit_addresses={"bitcoin": other})
    txid = await depositor.pays(other, blocks=6)

    _, events = await depositor.complains(txid)

    found = one(events, "FindingRecorded")
    assert (found.finding, found.remedy) == ("wrong_address", "refer_person")
    assert one(events, "WorkItemOpened").reason == "wrong-address"
    assert "RemedyProposed" not in names(events)


async def test_a_transaction_that_nobody_knows_is_rejected_and_asked_about(depositor):
    case, events = await depositor.complains(token_hex(32))
    assert one(events, "RecheckScheduled").finding == "not_found"
    case.elapse(timedelta(hours=1))
    events = await depositor.answered(case)

    proposal = one(events, "RemedyProposed")
    assert (proposal.finding, proposal.outcome) == ("not_found", "rejected")
    assert [remedy.code for remedy in proposal.remedies] == ["ask_customer"]


async def test_a_deposit_that_the_ledger_credited_is_not_paid_again(depositor, sandbox):
    txid = await depositor.pays(depositor.address, blocks=6)
    row = {"txid": txid, "vout": 0, "user_id": depositor.user_id, "asset": "BTC", "amount": "0.5"}
    await sandbox.put("/sandbox/deposits", **row, state="credited")

    _, events = await depositor.complains(txid)

    assert one(events, "FindingRecorded").finding == "double_claim"
    assert not [e for e in events if getattr(e, "remedies", ()) and e.remedies[0].code == "credit"]


async def test_a_withdrawal_of_the_account_is_judged_as_one(depositor, sandbox):
    place = address()
    txid = await depositor.pays(place, blocks=6)
    row = {"asset": "BTC", "amount": "0.5", "address": place, "state": "completed", "txid": txid}
    await sandbox.post(
        "/sandbox/withdrawals",
        id=f"w-{txid}", user_id=depositor.user_id, at="2026-03-01T12:00:00Z", **row,
    )  # fmt: skip

    _, events = await depositor.complains(txid)

    proposal = one(events, "RemedyProposed")
    assert (proposal.finding, proposal.details["txid"]) == ("withdrawal_completed", txid)
