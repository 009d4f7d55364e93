"""Actions on the exchange over real sockets: carried out once, and believed when read back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from secrets import token_hex
from uuid import uuid4

import pytest

from services.resolution.work import work
from shared.events.base import Remedy
from shared.events.resolution import EffectCarriedOut
from shared.runner.due import Claim
from tests.unit.resolution.builders import (
    a_case,
    approve,
    compensate,
    credit,
    escalated,
    kinds,
    proposal,
    unfreeze,
)

CREDIT, RECEIPT = "/v1/actions/credit", "/v1/actions/credit|"
A_MINUTE = timedelta(minutes=1)


def case_now(user_id):
    """A proved owner's case of this moment: the sandbox's ledger has a real clock."""
    case = a_case(proved=user_id)
    case.now = datetime.now(UTC)
    return case


async def act(wiring, case, key):
    """What the worker brings back for one item; None where it is to be tried again."""
    claim = Claim(str(uuid4()), case.due(key), case.state, datetime.now(UTC))
    (result,) = await work(wiring)["act"]([claim])
    return result


async def done(wiring, case):
    """All that is owed, carried out and folded, until the case rests; the events."""
    decided = []
    while items := [i for i in case.state.due.values() if i.kind == "act"]:
        result = await act(wiring, case, items[0].key)
        decided += case.when(result)
    return decided


@pytest.fixture
async def user_id(sandbox):
    return await sandbox.open_account()


@pytest.fixture
def deposit(user_id):
    """A late deposit of half a coin as a remedy names it."""
    return {"user_id": user_id, "thing": f"bitcoin|{token_hex(32)}|0"}


async def btc(exchange, user_id):
    return (await exchange.account(user_id)).balances["BTC"]


async def test_a_credit_and_its_compensation_are_paid_and_then_decided(
    wiring, exchange, user_id, deposit
):
    case, delay = case_now(user_id), deposit | {"thing": f"{deposit['thing']}|delay"}
    case.when(proposal(credit(**deposit), compensate(**delay)))

    events = await done(wiring, case)

    assert kinds(events)[-1] == "DecisionMade"
    assert kinds(events).count("EffectVerified") == 2
    assert await btc(exchange, user_id) == Decimal("1.5005")
    assert (await exchange.action(f"credit|{deposit['thing']}")).amount == Decimal("0.5")


async def test_a_freeze_of_a_proven_owner_holds_until_two_people_lift_it(wiring, exchange, user_id):
    case = case_now(user_id)
    case.when(escalated(user_id=user_id))

    frozen = await done(wiring, case)
    restricted = (await exchange.account(user_id)).restrictions
    case.when(unfreeze("sup-1"))
    case.when(unfreeze("sup-2"))
    lifted = await done(wiring, case)
    locked = (await exchange.account(user_id)).restrictions
    case.elapse(case.policy.resolution.unfreeze_lock)
    unlocked = await done(wiring, case)

    assert kinds(frozen) == kinds(lifted) == kinds(unlocked) == ["EffectVerified"]
    assert restricted == ("api_keys", "sessions", "withdrawals")
    assert locked == ("withdrawals",)
    assert (await exchange.account(user_id)).restrictions == ()


async def test_a_freeze_without_proof_covers_withdrawals_and_ends(wiring, exchange, user_id):
    case = case_now(user_id)
    case.when(escalated(user_id=user_id, identity="L0"))
    key = next(iter(case.state.due))

    await done(wiring, case)

    assert (await exchange.account(user_id)).restrictions == ("withdrawals",)
    left = (await exchange.action(key)).expires_at - case.now
    assert timedelta(hours=23) < left <= timedelta(hours=24)


async def test_a_credit_whose_answer_was_lost_is_applied_once_and_verified_at_the_next_try(
    wiring, sandbox, exchange, user_id, deposit
):
    case, key = case_now(user_id), f"credit|{deposit['thing']}"
    case.when(proposal(credit(**deposit)))

    await sandbox.put("/sandbox/faults", path_prefix=CREDIT, drop_answer=True, times=3)
    lost = await act(wiring, case, key)
    paid = await btc(exchange, user_id)
    again = await act(wiring, case, key)

    assert (lost, paid) == (None, Decimal("1.5"))
    assert (again.status, again.problem) == ("applied", None)
    assert await btc(exchange, user_id) == Decimal("1.5")
    assert kinds(case.when(again)) == ["EffectVerified", "DecisionMade"]


async def test_a_receipt_that_cannot_be_read_is_no_success(
    wiring, sandbox, exchange, user_id, deposit
):
    case, key = case_now(user_id), f"credit|{deposit['thing']}"
    case.when(proposal(credit(**deposit)))

    await sandbox.put("/sandbox/faults", path_prefix=RECEIPT, status=503, times=3)
    unread = await act(wiring, case, key)

    assert unread is None
    assert (await act(wiring, case, key)).status == "applied"
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_of_two_users_who_claim_a_deposit_the_first_is_paid_and_the_second_refused(
    wiring, sandbox, exchange, user_id, deposit
):
    rival = await sandbox.open_account()
    mine, theirs = case_now(user_id), case_now(rival)
    mine.when(proposal(credit(**deposit)))
    theirs.when(proposal(credit(**deposit | {"user_id": rival}), proposal_id="p-2"))

    first, second = await done(wiring, mine), await done(wiring, theirs)

    assert kinds(first) == ["EffectVerified", "DecisionMade"]
    assert kinds(second) == ["EffectFailed", "DecisionMade"]
    assert (second[0].problem, second[1].finding) == ("already_credited", "double_claim")
    assert await btc(exchange, user_id) == Decimal("1.5")
    assert await btc(exchange, rival) == Decimal("1.0")


async def test_a_deposit_that_a_complaint_of_the_same_user_got_is_not_credited_again(
    wiring, exchange, user_id, deposit
):
    first, second = case_now(user_id), case_now(user_id)
    first.when(proposal(credit(**deposit)))
    second.now += A_MINUTE
    second.when(proposal(credit(**deposit), proposal_id="p-2"))

    await done(wiring, first)
    events = await done(wiring, second)

    assert (events[0].problem, events[1].outcome) == ("already_credited", "rejected")
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_a_deposit_that_the_exchange_credited_itself_is_refused(
    wiring, sandbox, exchange, user_id, deposit
):
    _, txid, _ = deposit["thing"].split("|")
    row = {"txid": txid, "vout": 0, "user_id": user_id, "asset": "BTC", "amount": "0.5"}
    await sandbox.put("/sandbox/deposits", **row, state="credited")
    case = case_now(user_id)
    case.when(proposal(credit(**deposit)))

    events = await done(wiring, case)

    assert events[0].problem == "already_credited"
    assert await btc(exchange, user_id) == Decimal("1.5")


async def test_a_final_no_is_not_asked_again_and_goes_back_to_a_person(wiring):
    nobody = f"u-{uuid4()}"
    case = case_now(nobody)
    case.when(proposal(credit(user_id=nobody, thing=f"bitcoin|{token_hex(32)}|0")))
    key = next(iter(case.state.due))

    result = await act(wiring, case, key)
    events = case.when(result)

    assert result == EffectCarriedOut(
        key=key, put_by=result.put_by, status="refused", problem="unknown_account"
    )
    assert [(e.problem, e.proposal_id) for e in events] == [("unknown_account", "p-1")]
    assert case.state.due == {}
    assert case.when(result) == []


async def test_a_large_goodwill_is_paid_after_two_people_agreed(wiring, exchange, user_id):
    case = case_now(user_id)
    goodwill = Remedy(code="goodwill", user_id=user_id, asset="BTC", amount=Decimal("0.7"))
    case.when(proposal(goodwill))
    unpaid = await btc(exchange, user_id)
    for person in ("sup-1", "sup-2"):
        case.when(approve(person))

    await done(wiring, case)

    assert (unpaid, await btc(exchange, user_id)) == (Decimal("1.0"), Decimal("1.7"))


async def test_an_exchange_that_is_away_leaves_the_action_to_a_later_try(alone, user_id, deposit):
    case, key = case_now(user_id), f"credit|{deposit['thing']}"
    case.when(proposal(credit(**deposit)))

    assert await act(alone, case, key) is None
    assert key in case.state.due
