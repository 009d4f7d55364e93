from datetime import timedelta

import pytest

from shared.http.tokens import status_token
from tests.unit.intake.desk import KEY, PUBLIC_URL, Desk, bearer, key

OTHER = "0a0a0a0a-0000-4000-8000-00000000c0de"
STOLEN = "Somebody stole all my coins, my account was hacked"
BODIES = {
    "messages": {"text": "Any news?"},
    "appeal": {"decision_id": "d1", "reason": "It is wrong"},
    "confirm": {"decision_id": "d1", "satisfied": False},
    "rating": {"decision_id": "d1", "score": 4},
    "withdraw": {},
}


async def last(desk):
    """The stage's last event, with its personal values readable."""
    data = (await desk.fold())[-1].data
    for name in ("text", "reason", "comment"):
        value = getattr(data, name, None)
        if hasattr(value, "kid"):
            await desk.rig.keyring.unlock([value])
    return data


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("folded", [True, False])
async def test_a_follow_up_is_accepted_also_when_it_overtakes_its_complaint(name, folded):
    desk = Desk()
    answer = await desk.submit()
    if folded:
        await desk.fold()
    followed = await desk.follow(answer, name, BODIES[name])
    assert followed.status_code == 202, followed.text
    assert set(followed.json()) == {"event_id"}
    assert len({e.subject for e in await desk.fold()}) == 1


async def test_a_follow_up_to_a_complaint_without_a_key_is_not_found():
    desk = Desk()
    path = f"/v1/complaints/{OTHER}/messages?token={status_token(KEY, OTHER)}"
    answer = await desk.ask("POST", path, json=BODIES["messages"])
    assert (answer.status_code, answer.json()["slug"]) == (404, "key_missing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.inputs.rows == {}


async def test_a_message_brings_its_facts():
    desk = Desk()
    answer = await desk.submit()
    body = {"text": "Here", "txid": "ab", "amount": "1.5", "asset": "usdt"}
    await desk.follow(answer, "messages", body)
    data = await last(desk)
    assert data.text.text == "Here"
    assert data.supplied == {"txid": "ab", "amount": "1.5", "asset": "USDT"}


async def test_a_message_that_speaks_of_theft_takes_the_express_lane():
    desk = Desk()
    answer = await desk.submit()
    await desk.follow(answer, "messages", {"text": STOLEN})
    assert [row.lane for row in desk.inputs.rows.values()] == ["normal", "express"]


async def test_a_follow_up_takes_the_lane_its_complaint_has():
    desk = Desk()
    answer = await desk.submit(description=STOLEN)
    await desk.fold()
    await desk.follow(answer, "confirm", BODIES["confirm"])
    assert [row.lane for row in desk.inputs.rows.values()] == ["express", "express"]


async def test_the_points_of_an_appeal_are_sealed_words_with_numbers():
    desk = Desk()
    answer = await desk.submit()
    body = {**BODIES["appeal"], "points": ["The amount", "The date"]}
    await desk.follow(answer, "appeal", body)
    data = await last(desk)
    assert data.points == ("1", "2")
    assert data.reason.text == "1. The amount\n2. The date\nIt is wrong"


@pytest.mark.parametrize(
    ("given", "code", "comment"),
    [
        ({}, None, None),
        ({"reason": "too-slow"}, "too-slow", None),
        ({"reason": "You were slow"}, None, "You were slow"),
        ({"reason": "You were slow", "comment": "Sorry"}, None, "You were slow\nSorry"),
        ({"reason": "too-slow", "comment": "Sorry"}, "too-slow", "Sorry"),
    ],
)
async def test_a_reason_that_is_no_code_is_part_of_the_comment(given, code, comment):
    desk = Desk()
    answer = await desk.submit()
    await desk.follow(answer, "rating", {**BODIES["rating"], **given})
    data = await last(desk)
    assert (data.reason, data.comment and data.comment.text) == (code, comment)


async def test_why_a_complaint_is_withdrawn_may_be_said():
    desk = Desk()
    answer = await desk.submit()
    await desk.follow(answer, "withdraw", {"reason": "It arrived"})
    assert (await last(desk)).reason.text == "It arrived"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("messages", {}),
        ("messages", {"text": " "}),
        ("messages", {"text": "x", "colour": "red"}),
        ("messages", {"text": "x", "amount": "1,5"}),
        ("appeal", {"decision_id": "d1"}),
        ("appeal", {"decision_id": "d 1", "reason": "x"}),
        ("appeal", {"decision_id": "d1", "reason": "x", "points": ["y"] * 21}),
        ("confirm", {"decision_id": "d1", "satisfied": "yes"}),
        ("rating", {"decision_id": "d1", "score": 6}),
        ("rating", {"decision_id": "d1", "score": "5"}),
        ("rating", {"decision_id": "d1", "score": True}),
        ("withdraw", {"reason": ""}),
    ],
)
async def test_a_bad_follow_up_is_refused(name, body):
    desk = Desk()
    assert (await desk.follow(await desk.submit(), name, body)).status_code == 422


@pytest.mark.parametrize(
    ("name", "rule"), [("rating", "already-rated"), ("withdraw", "already-withdrawn")]
)
async def test_what_may_come_once_is_refused_at_once(name, rule):
    desk = Desk()
    answer = await desk.submit()
    await desk.follow(answer, name, BODIES[name], key())
    await desk.fold()
    again = await desk.follow(answer, name, BODIES[name], key())
    assert (again.status_code, again.json()["rule"]) == (409, rule)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("headers", [{}, key()])
async def test_the_same_follow_up_again_is_the_same_even_when_it_was_carried_out(name, headers):
    desk = Desk()
    answer = await desk.submit()
    first = await desk.follow(answer, name, BODIES[name], headers)
    await desk.fold()
    again = await desk.follow(answer, name, BODIES[name], headers)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["idempotency-replayed"] == "true"


async def test_the_same_words_later_are_a_new_message():
    desk = Desk()
    answer = await desk.submit()
    first = await desk.follow(answer, "messages", BODIES["messages"])
    await desk.fold()
    desk.age(timedelta(minutes=11))
    second = await desk.follow(answer, "messages", BODIES["messages"])
    assert second.json() != first.json()
    types = [e.type for e in await desk.fold()]
    assert types.count("redress.message-received.v1") == 2


async def test_one_key_serves_each_route_and_complaint_once():
    desk, headers = Desk(), key()
    one, two = await desk.submit(), await desk.submit(subject="Another")
    ids = {
        (await desk.follow(answer, name, BODIES[name], headers)).json()["event_id"]
        for answer in (one, two)
        for name in ("messages", "confirm")
    }
    assert len(ids) == 4
    other = await desk.follow(one, "messages", {"text": "Something else"}, headers)
    assert other.status_code == 422


async def follow_as(desk, case, token=None, headers=None):
    query = f"?token={token}" if token else ""
    path = f"/v1/complaints/{case}/messages{query}"
    return (await desk.ask("POST", path, json=BODIES["messages"], headers=headers)).status_code


async def test_the_reference_stands_for_the_id():
    desk = Desk()
    body = (await desk.submit()).json()
    token = status_token(KEY, body["complaint_id"])
    assert await follow_as(desk, body["reference"], token) == 202
    assert await follow_as(desk, body["reference"].lower().replace("-", ""), token) == 202
    assert await follow_as(desk, body["complaint_id"].upper(), token) == 202


@pytest.mark.parametrize("named", ["complaint_id", "reference"])
async def test_whoever_submitted_a_complaint_may_follow_up_and_so_may_staff(named):
    desk = Desk()
    body = (await desk.submit(bearer("mia", "submitter"))).json()
    assert await follow_as(desk, body[named], headers=bearer("mia", "submitter")) == 404
    await desk.fold()
    for who in (bearer("mia", "submitter"), bearer("ada", "agent")):
        assert await follow_as(desk, body[named], headers=who) == 202
    assert await follow_as(desk, body[named], headers=bearer("bob", "submitter")) == 404
    assert [e.actor for e in await desk.fold()] == ["submitter:mia", "submitter:mia", "staff:ada"]


async def test_staff_find_no_complaint_that_is_not_there():
    assert await follow_as(Desk(), OTHER, headers=bearer("ada", "agent")) == 404
    assert await follow_as(Desk(), "RD-0000-0000-0000-0", headers=bearer("ada", "agent")) == 404


async def test_the_customers_view_stands_on_the_public_origin():
    answer = await Desk().ask("GET", f"/v1/complaints/{OTHER}?token=abc%20d")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{PUBLIC_URL}/v1/complaints/{OTHER}?token=abc%20d"
    plain = await Desk().ask("GET", f"/v1/complaints/{OTHER}")
    assert plain.headers["location"] == f"{PUBLIC_URL}/v1/complaints/{OTHER}"
