"""The exchange opened the case: whom to warn is who held the account before, and nobody else."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.intake.verification.state import VerificationState
from services.intake.verification.work import Directory
from shared.connectors.exchange import Exchange
from shared.events.base import DueItem
from shared.events.personal import Personal
from shared.events.verification import AccountLookedUp, AdmissibilityDecided, IdentityVerified
from shared.policy import load
from shared.runner.due import Claim
from tests.unit.verification.complaints import facts, received, scenario

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=400), NOW - timedelta(days=2)


def directory(email, *contacts, created_at=OLD):
    """An exchange whose only account has this address now, and had the others since then."""
    app = FastAPI()

    @app.get("/v1/accounts/{user_id}")
    async def one(user_id: str):
        return {
            "user_id": user_id,
            "name": "Somebody",
            "email": email,
            "kyc": {"level": 2, "state": "verified"},
            "contacts": [{"email": mail, "since": at.isoformat()} for mail, at in contacts],
            "created_at": created_at.isoformat(),
        }

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    return Directory(Exchange(client, "http://exchange", "token"), load("default").verification)


async def looked_up(exchange, *, signalled=True, channel="exchange"):
    known = facts(user_id="u1", contact=None, channel=channel)
    state = VerificationState(facts=known, signalled=signalled)
    item = DueItem(key="account", kind="look_up_account", at=NOW, event="e1")
    found = await exchange.look_up(Claim("c", item, state, NOW))
    return found.contact.text if found.contact else None, found.contact_matches


@pytest.mark.parametrize(
    ("contacts", "whom"),
    [
        ([("mia@example.com", OLD)], "mia@example.com"),
        ([("thief@example.com", NEW), ("mia@example.com", OLD)], "mia@example.com"),
        ([("thief@example.com", NEW)], None),
    ],
)
async def test_an_address_that_was_put_there_lately_is_never_warned(contacts, whom):
    email = contacts[0][0]
    assert await looked_up(directory(email, *contacts)) == (whom, whom is not None)


async def test_a_new_account_is_warned_where_it_always_was():
    assert await looked_up(directory("mia@example.com", created_at=NEW)) == (
        "mia@example.com",
        True,
    )


async def test_a_customer_who_names_that_channel_learns_nobodys_address():
    exchange = directory("mia@example.com", ("mia@example.com", OLD))
    assert await looked_up(exchange, signalled=False) == (None, False)


def test_a_signalled_case_is_admitted_at_once_and_told_its_holder_when_known():
    scene = scenario()
    events = scene.when(
        received(danger=True, user_id="u1", contact=None, channel="exchange").model_copy(
            update={"signalled": True}
        )
    )
    holder = Personal("mia@example.com")
    (who,) = scene.result(
        "account", AccountLookedUp, matches=1, user_id="u1", contact_matches=True, contact=holder
    )

    assert [e.emergency for e in events if isinstance(e, AdmissibilityDecided)] == [True]
    assert scene.state.signalled
    assert isinstance(who, IdentityVerified)
    assert (who.user_id, who.level, who.contact.text) == ("u1", "L1", "mia@example.com")
