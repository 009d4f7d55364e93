"""What the exchange signals: every word of it raises the alarm, in every language."""

from datetime import UTC, datetime

import pytest

from services.intake.channels import signals
from services.intake.channels.forms import Signal
from services.intake.decide import DECIDER
from services.intake.forms import parse
from services.triage.rules.classification import classify
from shared.decider import Context
from shared.events.base import ComplaintFacts
from shared.events.intake import ComplaintReceived, ComplaintSubmitted
from shared.events.personal import Personal
from shared.http.errors import ProblemError
from shared.policy import load

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LANGUAGES = ("en", "zh", "ko", "ja", "ru", "es", "fr", "vi")
CODES = {"login": "new_device", "withdrawal": "drain"}


def signal(code="new_device", language=None):
    return parse(
        Signal, {"user_id": "u1", "code": code, "at": NOW.isoformat(), "language": language}, NOW
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seen", CODES)
def test_a_signal_is_an_emergency_of_an_account_in_its_customers_language(seen, language):
    subject, text = signals.words(seen, signal(CODES[seen], language))
    found = classify(f"{subject}\n{text}")

    assert (found.category, found.priority, found.language) == ("account_security", "P1", language)
    assert text.endswith(f"{seen} {CODES[seen]} 2026-11-23T09:00:00Z")


@pytest.mark.parametrize("language", [None, "de", "EN-gb"])
def test_a_language_without_words_of_its_own_gets_english_ones(language):
    assert signals.words("login", signal(language=language))[0] == "Unusual sign-in"


@pytest.mark.parametrize(("seen", "code"), [("login", "drain"), ("withdrawal", "new_device")])
def test_a_code_that_is_not_listed_is_refused(seen, code):
    with pytest.raises(ProblemError) as raised:
        signals.words(seen, signal(code))
    assert (raised.value.status_code, raised.value.slug) == (422, "unknown_signal")


@pytest.mark.parametrize(
    ("actor", "signalled"),
    [("exchange:exchange", True), ("customer", False), ("account:exchange", False)],
)
def test_the_exchange_alone_opens_a_case_by_itself(actor, signalled):
    """Whatever channel a customer names."""
    facts = ComplaintFacts(
        reference="RD-1",
        channel="exchange",
        subject=Personal("Fees"),
        description=Personal("Where do I find my fee tier?"),
        received_at=NOW,
        user_id="u1",
    )
    context = Context(NOW, load("default"), "c1", "cause", actor)
    received = DECIDER.decide(DECIDER.state(), ComplaintSubmitted(facts=facts), context)[-1]

    assert isinstance(received, ComplaintReceived)
    assert (received.signalled, received.funds_in_danger) == (signalled, signalled)
