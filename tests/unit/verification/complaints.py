"""Complaints for the tests of verification."""

from services.intake.verification.decide import DECIDER
from shared.events.base import ComplaintFacts
from shared.events.intake import ComplaintReceived, MessageReceived
from shared.events.personal import Personal
from shared.events.verification import AccountLookedUp
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def scenario():
    return Scenario(STAGES["verification"], DECIDER)


def facts(text="Something is odd.", **fields):
    given = {
        "reference": "RD-0000-0000-0000-0",
        "channel": "web_form",
        "subject": Personal("A question"),
        "description": Personal(text),
        "received_at": START,
        "contact": Personal("mia@example.com"),
    }
    return ComplaintFacts(**{**given, **fields})


def received(text="Something is odd.", *, danger=False, **fields):
    return ComplaintReceived(facts=facts(text, **fields), funds_in_danger=danger)


def deposit(**fields):
    """A deposit complaint that lacks nothing but what `fields` take away."""
    whole = {"category_hint": "deposit_withdrawal", "user_id": "u1", "txid": TXID, "asset": "BTC"}
    return received(**{**whole, **fields})


def message(text="Here it is.", **supplied):
    return MessageReceived(text=Personal(text), received_at=START, supplied=supplied)


def known(scene, user_id="u1", *, contact_matches=True):
    """The directory knows one account."""
    return scene.result(
        "account",
        AccountLookedUp,
        matches=1,
        user_id=user_id,
        contact_matches=contact_matches,
        kyc_level="2",
    )


def unknown(scene, **found):
    """The directory knows no one account."""
    return scene.result("account", AccountLookedUp, **{"matches": 0, **found})


def names(events):
    return [type(event).__name__ for event in events]
