from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.http.tokens import complaint_of
from shared.reference import reference_of
from tests.unit.intake.desk import COMPLAINT, KEY, PUBLIC_URL, Desk, key

FULL = {
    "user_id": "u1",
    "category": "deposit_withdrawal",
    "language": "zh-Hant",
    "txid": "ab" * 32,
    "address": "bc1qexample",
    "order_id": "77",
    "amount": "0.50",
    "asset": "btc",
    "network": "bitcoin",
    "memo": "12",
    "occurred_at": "2026-01-02T03:04:05+01:00",
    "channel": "chat",
}


async def received(desk):
    """The one complaint that the stage received, with its words readable."""
    (event,) = [e for e in await desk.fold() if e.type == "redress.complaint-received.v1"]
    facts = event.data.facts
    said = (facts.subject, facts.description, facts.contact, facts.network_said)
    personal = [p for p in said if p]
    await desk.rig.keyring.unlock(personal)
    return facts


async def test_a_complaint_is_answered_with_its_id_its_reference_and_where_to_look():
    answer = await Desk().submit()
    body = answer.json()
    assert answer.status_code == 202
    assert set(body) == {"complaint_id", "reference", "status_url", "received_at"}
    assert body["reference"] == reference_of(body["complaint_id"])
    assert answer.headers["location"] == body["status_url"]
    assert body["status_url"].startswith(f"{PUBLIC_URL}/v1/complaints/{body['complaint_id']}?")
    assert complaint_of(KEY, body["status_url"].partition("token=")[2]) == body["complaint_id"]
    assert datetime.fromisoformat(body["received_at"]) <= datetime.now(UTC)


async def test_a_complaint_reaches_the_stage_with_all_that_was_said():
    desk = Desk()
    answer = await desk.submit(**FULL)
    assert answer.status_code == 202, answer.text
    facts = await received(desk)
    assert facts.reference == answer.json()["reference"]
    assert (facts.subject.text, facts.contact.text) == ("Deposit", "mia@example.com")
    assert (facts.category_hint, facts.language_hint) == ("deposit_withdrawal", "zh-Hant")
    assert (facts.amount, facts.asset) == (Decimal("0.50"), "BTC")
    assert facts.occurred_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    plain = {name: getattr(facts, name) for name in ("user_id", "txid", "address", "order_id")}
    assert plain == {name: FULL[name] for name in plain}
    assert (facts.network, facts.memo, facts.channel) == ("bitcoin", "12", "chat")


@pytest.mark.parametrize("said", ["Ann Lee, 4 Mill Road", "ann-lee", "4915112345678"])
async def test_what_is_no_name_of_a_network_is_kept_and_sealed(said):
    desk = Desk()
    await desk.submit(network=said)
    facts = await received(desk)
    assert (facts.network, facts.network_said.text) == (None, said)


async def test_the_least_complaint_has_a_subject_and_a_description():
    desk = Desk()
    assert (await desk.submit(contact_email=None)).status_code == 202
    facts = await received(desk)
    assert (facts.channel, facts.contact, facts.amount) == ("web_form", None, None)


async def test_text_is_composed_and_a_subject_stands_on_one_line():
    desk = Desk()
    await desk.submit(subject="Cafe\u0301\r\n  Bcc: x", description="e\u0301\nnew line")
    facts = await received(desk)
    assert (facts.subject.text, facts.description.text) == ("Caf\u00e9 Bcc: x", "\u00e9\nnew line")


async def test_nothing_a_person_wrote_stands_readable_at_the_door():
    desk = Desk()
    await desk.submit(description="canary-7261", contact_email="canary-7262@example.com")
    rows = repr(list(desk.inputs.rows.values()))
    assert "canary" not in rows


async def test_funds_in_danger_take_the_express_lane_from_the_door_on():
    desk = Desk()
    await desk.submit(description="My account was hacked and all my coins were stolen")
    (row,) = desk.inputs.rows.values()
    assert row.lane == "express"


async def test_the_order_of_fields_does_not_make_another_body():
    desk, headers = Desk(), key()
    await desk.submit(headers)
    backwards = dict(reversed(COMPLAINT.items()))
    answer = await desk.ask("POST", "/v1/complaints", json=backwards, headers=headers)
    assert answer.headers["idempotency-replayed"] == "true"


async def test_without_a_key_the_same_content_within_ten_minutes_is_the_same_complaint():
    desk = Desk()
    first = await desk.submit()
    desk.age(timedelta(minutes=9))
    again = await desk.submit()
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_after_ten_minutes_it_is_another_complaint():
    desk = Desk()
    first = await desk.submit()
    await desk.fold()
    desk.age(timedelta(minutes=11))
    second = await desk.submit()
    assert second.json()["complaint_id"] != first.json()["complaint_id"]
    assert len({e.subject for e in await desk.fold()}) == 2


@pytest.mark.parametrize(
    "other",
    [{"contact_email": "bob@example.com"}, {"description": "Another."}, {"amount": "1"}],
)
async def test_other_content_or_another_contact_is_another_complaint(other):
    desk = Desk()
    first, second = await desk.submit(), await desk.submit(**other)
    assert first.json()["complaint_id"] != second.json()["complaint_id"]


async def test_content_from_nobody_known_is_never_taken_for_a_repetition():
    desk = Desk()
    answers = [await desk.submit(contact_email=None) for _ in range(2)]
    assert len({a.json()["complaint_id"] for a in answers}) == 2


async def test_every_field_is_described_to_programs():
    paths = (await Desk().ask("GET", "/openapi.json")).json()["paths"]
    body = paths["/v1/complaints"]["post"]["requestBody"]["content"]["application/json"]
    assert {"subject", "description", "txid"} <= set(body["schema"]["properties"])
    assert len(paths) == 7
