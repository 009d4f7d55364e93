"""Telephone calls that staff write down, over real HTTP and a real MongoDB."""

from datetime import UTC, datetime

import pytest

from shared.events.intake import MessageSubmitted
from shared.reference import reference_of
from tests.integration.intake.doors import door
from tests.sites import bearer

__all__ = ["door"]
CALL = {
    "notes": "Deposit of 0.5 BTC missing since Monday",
    "number": "+34 600 000 000",
    "consent": True,
    "consent_at": "2026-11-22T09:00:00Z",
    "language": "es",
    "user_id": "10042",
}


async def test_a_call_is_recorded_with_its_consent(door):
    headers = {**bearer("agent"), "Idempotency-Key": "call-1"}
    answers = [await door.http.post("/v1/calls", json=CALL, headers=headers) for _ in range(2)]
    (event,) = await door.inputs()
    facts = await door.facts()

    assert [a.status_code for a in answers] == [202, 202]
    assert (event.actor, facts.channel, facts.user_id) == ("staff:agent-1", "phone", "10042")
    assert (facts.consent, facts.consent_at) == (True, datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert facts.thread.text == "phone/+34 600 000 000"


async def test_without_consent_the_notes_are_kept_all_the_same(door):
    call = {**CALL, "consent": False, "consent_at": None}
    answer = await door.http.post("/v1/calls", json=call, headers=bearer("agent"))

    assert answer.status_code == 202
    assert (await door.facts()).consent is False


@pytest.mark.parametrize(
    ("case", "body", "role", "status"),
    [
        ("nobody", CALL, None, 401),
        ("a customer", CALL, "submitter", 403),
        ("no consent named", {k: v for k, v in CALL.items() if k != "consent"}, "agent", 422),
        ("a consent without its time", {**CALL, "consent_at": None}, "agent", 422),
        ("a consent from the future", {**CALL, "consent_at": "2999-01-01T00:00:00Z"}, "agent", 422),
        ("no number", {**CALL, "number": "call me"}, "agent", 422),
        ("an unknown complaint", {**CALL, "complaint": "RD-AAAA"}, "agent", 404),
    ],
)
async def test_a_call_that_is_not_fit_is_refused(door, case, body, role, status):
    headers = bearer(role) if role else {}

    assert (await door.http.post("/v1/calls", json=body, headers=headers)).status_code == status
    assert await door.count("intake_inputs") == 0, case


async def test_a_call_about_a_complaint_joins_it(door):
    first = await door.http.post("/v1/calls", json=CALL, headers=bearer("agent"))
    own = first.json()["complaint_id"]
    await door.folded(own, reference=reference_of(own))
    again = {**CALL, "complaint": reference_of(own), "notes": "It was 0.6 BTC"}
    await door.wiring.database["intake"].update_one({}, {"$set": {"reference": reference_of(own)}})
    joined = await door.http.post("/v1/calls", json=again, headers=bearer("agent"))
    _, event = await door.inputs()

    assert joined.json()["complaint_id"] == own
    assert isinstance(event.data, MessageSubmitted)
    assert (event.data.text.text, event.data.channel) == ("It was 0.6 BTC", "phone")
