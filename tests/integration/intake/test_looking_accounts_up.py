"""The account behind a complaint, asked from the exchange over real sockets."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.intake.verification.work import work
from shared.events.personal import Personal
from shared.runner.due import Claim
from tests.unit.verification.complaints import received, scenario


@pytest.fixture
async def customer(sandbox):
    """A verified customer who has had another address before: id, address, address before."""
    now, before = f"{uuid4()}@example.com", f"{uuid4()}@example.com"
    contacts = [{"email": before, "since": "2020-01-01T00:00:00Z"}]
    return await sandbox.open_account(email=now, contacts=contacts), now, before


async def looked_up(wiring, **told):
    """What the stage owes after such a complaint, done by its worker; the case and the result."""
    case = scenario()
    contact = told.pop("contact", None)
    session = told.pop("session", None)
    complaint = received(contact=Personal(contact) if contact else None, **told)
    case.when(complaint.model_copy(update={"session": session}))
    claim = Claim(str(uuid4()), case.due("account"), case.state, datetime.now(UTC))
    (result,) = await work(wiring)["look_up_account"]([claim])
    return case, result


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
async def test_an_id_and_an_address_of_the_account_prove_the_customer(wiring, customer, spelling):
    user_id, now, before = customer

    for contact in (now, before):
        _, result = await looked_up(wiring, user_id=user_id, contact=spelling(contact))
        assert (result.matches, result.user_id) == (1, user_id)
        assert (result.contact_matches, result.kyc_level) == (True, "2")


@pytest.mark.parametrize("contact", [None, "somebody@example.com"])
async def test_an_id_without_a_contact_of_its_own_is_an_account_without_a_proof(
    wiring, customer, contact
):
    user_id, *_ = customer

    case, result = await looked_up(wiring, user_id=user_id, contact=contact)
    verified = case.when(result)[0]

    assert (result.matches, result.contact_matches) == (1, False)
    assert (verified.user_id, verified.level) == (user_id, "L0")


async def test_a_contact_alone_leads_to_its_account(wiring, customer):
    user_id, now, _ = customer

    case, result = await looked_up(wiring, contact=now)

    assert (result.matches, result.user_id, result.contact_matches) == (1, user_id, True)
    assert case.when(result)[0].user_id == user_id


async def test_a_contact_of_several_accounts_proves_none(wiring, sandbox):
    shared = f"{uuid4()}@example.com"
    for _ in range(3):
        await sandbox.open_account(email=shared)

    case, result = await looked_up(wiring, contact=shared)

    assert (result.matches, result.user_id) == (3, None)
    assert type(case.when(result)[0]).__name__ == "IdentityFailed"


async def test_a_contact_of_another_account_than_the_one_named_proves_nothing(wiring, customer):
    _, now, _ = customer

    _, result = await looked_up(wiring, user_id=f"u-{uuid4()}", contact=now)

    assert (result.matches, result.user_id, result.contact_elsewhere) == (0, None, True)


@pytest.mark.parametrize("more", ["?", "#x", "/logins", "/..", "\x00", "x" * 3000])
async def test_an_id_is_never_read_as_a_part_of_an_address(wiring, customer, more):
    user_id, *_ = customer

    _, result = await looked_up(wiring, user_id=user_id + more)

    assert (result.matches, result.user_id, result.contact_elsewhere) == (0, None, False)


async def test_the_answer_says_nothing_about_the_person(wiring, customer):
    user_id, now, before = customer

    _, result = await looked_up(wiring, user_id=user_id, contact=now)

    text = result.model_dump_json()
    assert all(word not in text for word in (now, before, "Test Person"))


async def test_an_exchange_that_is_away_leaves_the_question_open(alone, customer):
    user_id, *_ = customer

    case, result = await looked_up(alone, user_id=user_id)

    assert result is None
    assert "account" in case.state.due


async def test_an_exchange_that_fails_for_a_moment_is_asked_until_it_answers(
    wiring, customer, sandbox
):
    user_id, *_ = customer
    await sandbox.put("/sandbox/faults", path_prefix="/v1/accounts", status=503, times=2)

    _, result = await looked_up(wiring, user_id=user_id)

    assert result.matches == 1


async def pays(sandbox, user_id, txid, state="pending", asset="BTC"):
    """A deposit in the ledger of that account."""
    await sandbox.put(
        "/sandbox/deposits",
        txid=txid,
        vout=0,
        user_id=user_id,
        asset=asset,
        amount="0.5",
        state=state,
    )


async def test_the_only_open_deposit_of_a_proved_customer_is_not_asked_for(
    wiring, sandbox, customer
):
    user_id, now, _ = customer
    txid = uuid4().hex * 2
    await pays(sandbox, user_id, txid)
    await pays(sandbox, user_id, uuid4().hex * 2, state="credited")
    told = {"user_id": user_id, "category_hint": "deposit_withdrawal"}

    case, result = await looked_up(wiring, **told, session=user_id)
    decision = case.when(result)[-1]

    assert result.held == {"txid": txid, "asset": "BTC"}
    assert (decision.admissible, decision.facts.txid, decision.missing) == (True, txid, ())
    for contact in (now, None):
        case, result = await looked_up(wiring, **told, contact=contact)
        assert result.held == {}
        assert case.when(result)[-1].items == ("txid", "asset")
