"""The account look-up against a small server of its own, over HTTP."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from services.intake.verification.api import COMMANDS
from services.intake.verification.state import VerificationState
from services.intake.verification.work import Directory, held_before
from shared.connectors.exchange import Exchange
from shared.connectors.models import Account
from shared.errors import TransientError
from shared.events.base import DueItem
from shared.events.personal import DataKey, Personal
from shared.events.verification import InadmissibleSubmitted
from shared.http.tokens import Principal
from shared.policy import load
from shared.runner.due import Claim
from shared.sealed import seal
from tests.unit.verification.complaints import TXID, facts

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def account(user_id, email, older=()):
    return {
        "user_id": user_id,
        "name": "Somebody",
        "email": email,
        "kyc": {"level": 2, "state": "verified"},
        "contacts": [{"email": mail, "since": "2020-01-01T00:00:00Z"} for mail in older],
        "created_at": "2020-01-01T00:00:00Z",
        "anti_phishing_code": f"heron {user_id}" if user_id == "u1" else None,
    }


ACCOUNTS = [
    account("u1", "Mia@Example.com", ["old@example.com"]),
    account("u2", "bob@example.com"),
    account("u3", "twice@example.com"),
    account("u4", "twice@example.com"),
]


def exchange(status=None):
    """An exchange with four accounts, or one that gives the same status to every call."""
    app = FastAPI()

    @app.get("/v1/accounts/{user_id}")
    async def one(user_id: str, response: Response):
        found = [a for a in ACCOUNTS if a["user_id"] == user_id]
        response.status_code = status or (200 if found else 404)
        return found[0] if found else {}

    @app.post("/v1/accounts/search")
    async def search(request: Request, response: Response):
        email = (await request.json())["email"].casefold()
        response.status_code = status or 200
        return {"accounts": [a for a in ACCOUNTS if a["email"].casefold() == email]}

    @app.get("/v1/accounts/{user_id}/deposits")
    async def deposits(user_id: str):
        row = {"txid": TXID, "vout": 0, "user_id": user_id, "asset": "BTC"}
        return [{**row, "amount": "0.5", "state": "pending"}]

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    return Directory(Exchange(client, "http://exchange", "token"), load("default").verification)


async def looked_up(user_id, email, status=None):
    contact = Personal(email) if email else None
    state = VerificationState(facts=facts(user_id=user_id, contact=contact))
    item = DueItem(key="account", kind="look_up_account", at=NOW, event="e1")
    found = await exchange(status).look_up(Claim("c", item, state, NOW))
    assert (found.key, found.put_by) == ("account", "e1")
    return found.matches, found.user_id, found.contact_matches, found.contact_elsewhere


@pytest.mark.parametrize(
    ("user_id", "email", "expected"),
    [
        ("u1", "mia@example.com", (1, "u1", True, False)),
        ("u1", "OLD@example.com", (1, "u1", True, False)),
        ("u1", None, (1, "u1", False, False)),
        ("u1", "nobody@example.com", (1, "u1", False, False)),
        ("u1", "bob@example.com", (0, None, False, True)),
        ("u9", "bob@example.com", (0, None, False, True)),
        ("u9", "nobody@example.com", (0, None, False, False)),
        ("u9", None, (0, None, False, False)),
        (None, "bob@example.com", (1, "u2", True, False)),
        (None, "twice@example.com", (2, None, False, False)),
        (None, "nobody@example.com", (0, None, False, False)),
        (None, None, (0, None, False, False)),
    ],
)
async def test_the_account_is_found_by_id_else_by_contact(user_id, email, expected):
    assert await looked_up(user_id, email) == expected


@pytest.mark.parametrize(
    ("shown", "email", "told"),
    [
        ({}, "mia@example.com", False),
        ({}, None, False),
        ({"user_id": "u1", "proof": "contact_of_account"}, "mia@example.com", False),
        ({"session": "u2"}, "mia@example.com", False),
        ({"user_id": "u2", "proof": "second_factor"}, "mia@example.com", False),
        ({"session": "u1"}, None, True),
        ({"session": "u1"}, "mia@example.com", True),
        ({"session": "u1"}, "nobody@example.com", True),
        ({"user_id": "u1", "proof": "second_factor"}, "mia@example.com", True),
    ],
)
async def test_the_ledger_is_asked_only_for_a_session_or_a_proof_that_staff_saw(shown, email, told):
    contact = Personal(email) if email else None
    asking = facts(user_id="u1", contact=contact, category_hint="deposit_withdrawal")
    item = DueItem(key="account", kind="look_up_account", at=NOW, event="e1")
    claim = Claim("c", item, VerificationState(facts=asking, **shown), NOW)
    found = await exchange().look_up(claim)
    assert found.held == ({"txid": TXID, "asset": "BTC"} if told else {})


async def test_what_the_exchange_does_not_take_is_no_account():
    assert await looked_up("u1", "mia@example.com", 422) == (0, None, False, False)


async def test_an_exchange_that_is_away_is_asked_again_later():
    with pytest.raises(TransientError):
        await looked_up("u1", "mia@example.com", 500)


async def test_the_answer_holds_no_personal_text():
    state = VerificationState(facts=facts(user_id="u1"))
    item = DueItem(key="account", kind="look_up_account", at=NOW, event="e1")
    found = await exchange().look_up(Claim("c", item, state, NOW))
    seal(found, DataKey("c", b"k" * 32), "e2")
    told = found.model_dump_json()
    assert "@" not in told
    assert "Somebody" not in told
    assert "heron" not in told


def test_the_staff_command_carries_codes_and_its_giver():
    command = COMMANDS["decide-inadmissible"]
    body = command.body.model_validate({"reasons": ["not_a_client"]})
    staff = Principal("ada", frozenset({"agent"}))
    assert command.build(body, staff, NOW) == InadmissibleSubmitted(
        staff="ada", reasons=("not_a_client",)
    )


@pytest.mark.parametrize("reasons", [[], ["He shouted at me"], ["x"] * 11])
def test_reasons_are_codes(reasons):
    with pytest.raises(ValueError, match="reasons"):
        COMMANDS["decide-inadmissible"].body.model_validate({"reasons": reasons})


@pytest.mark.parametrize(
    ("user_id", "email", "code"),
    [("u1", "mia@example.com", Personal("heron u1")), ("u2", "bob@example.com", None)],
)
async def test_what_the_customer_knows_our_mails_by_comes_with_the_account(user_id, email, code):
    state = VerificationState(facts=facts(user_id=user_id, contact=Personal(email)))
    item = DueItem(key="account", kind="look_up_account", at=NOW, event="e1")
    found = await exchange().look_up(Claim("c", item, state, NOW))

    assert found.anti_phishing_code == code
    assert "heron" not in repr(found)


@pytest.mark.parametrize(
    ("contact", "since", "holds"),
    [
        ("old@example.com", NOW, True),
        ("new@example.com", NOW - timedelta(days=7), False),
        ("New@Example.com", NOW, True),
        ("nobody@example.com", NOW, False),
    ],
)
def test_a_contact_that_was_put_there_lately_proves_nothing(contact, since, holds):
    changed = {"email": "new@example.com", "since": NOW - timedelta(days=1)}
    raw = account("u5", "new@example.com", ["old@example.com"])
    found = Account.model_validate({**raw, "contacts": [*raw["contacts"], changed]})

    assert held_before(found, contact, since) is holds


def test_the_first_contact_of_a_new_account_is_its_own():
    opened = {**account("u6", "mia@example.com"), "created_at": NOW - timedelta(hours=1)}

    assert held_before(Account.model_validate(opened), "mia@example.com", NOW - timedelta(days=7))
