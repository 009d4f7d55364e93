"""Whatever JSON comes, the door answers in time, and what it takes the stage can read."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.channels.updates import read
from shared.http.body import BODY_BYTES, decode
from shared.http.errors import ProblemError
from tests.unit.intake.desk import COMPLAINT, PUBLIC_URL, Desk
from tests.unit.intake.limits import in_memory, in_time
from tests.unit.intake.strange_json import TREE, bodies, forms

strange = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
JSON = {"Content-Type": "application/json"}
FACTS = {
    "user_id": "10042",
    "category": "deposit_withdrawal",
    "language": "es",
    "txid": "ab" * 32,
    "amount": "0.5",
    "asset": "BTC",
    "memo": "1",
    "occurred_at": "2026-01-01T00:00:00Z",
    "channel": "web_form",
}
GOOD = {
    "messages": ({"text": "more"}, {"txid": "ab" * 32, "amount": "0.5"}),
    "appeal": ({"decision_id": "d-1", "reason": "no"}, {"points": ["one"]}),
    "confirm": ({"decision_id": "d-1", "satisfied": True}, {}),
    "rating": ({"decision_id": "d-1", "score": 3}, {"reason": "slow", "comment": "x"}),
    "withdraw": ({}, {"reason": "found it"}),
}
UPDATE = {
    "message_id": 5,
    "from": {"id": 77, "is_bot": False, "first_name": "Mei"},
    "chat": {"id": 77, "type": "private"},
    "date": 1795347000,
    "text": "My deposit",
}


def _follow_up(name):
    return st.tuples(st.just(name), bodies(forms(*GOOD[name])))


async def posted(desk, path, raw):
    with in_time():
        answer = await desk.ask("POST", path, content=raw, headers=JSON)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    return answer


async def folded(desk):
    """The stage reads all that was taken; returns how many inputs that were."""
    await desk.fold()
    assert desk.rig.dead_letters() == []
    return len(desk.inputs.rows)


@strange
@given(bodies(TREE))
async def test_any_tree_is_answered(raw):
    desk = Desk()
    await posted(desk, "/v1/complaints", raw)
    await folded(desk)


@strange
@given(bodies(forms(COMPLAINT, FACTS)))
async def test_a_complaint_with_wrong_types_is_answered_and_what_is_taken_is_no_poison(raw):
    desk = Desk()
    answer = await posted(desk, "/v1/complaints", raw)
    assert await folded(desk) == (answer.status_code == httpx.codes.ACCEPTED)


@strange
@given(st.sampled_from(sorted(GOOD)).flatmap(_follow_up))
async def test_a_follow_up_with_wrong_types_is_answered_and_what_is_taken_is_no_poison(sent):
    name, raw = sent
    desk = Desk()
    opened = await desk.submit()
    path, _, query = opened.json()["status_url"].removeprefix(PUBLIC_URL).partition("?")
    answer = await posted(desk, f"{path}/{name}?{query}", raw)
    assert await folded(desk) == 1 + (answer.status_code == httpx.codes.ACCEPTED)


@strange
@given(bodies(forms({"update_id": 5}, {"message": UPDATE, "edited_message": UPDATE})))
def test_any_update_of_a_bot_is_read_or_refused(raw):
    with in_time():
        try:
            update = read(decode(raw, BODY_BYTES), "RedressBot")
        except ProblemError:
            return
    assert update is None or isinstance(update.text, str)


@pytest.mark.parametrize(
    "sign", [b"[", b'{"a":', b'"', b"1", b"-", b"\\", b"[1,", b'{"a":"', b"\xf0\x9f"]
)
async def test_a_megabyte_of_anything_is_answered(sign):
    raw = (b'{"subject": ' + sign * BODY_BYTES)[:BODY_BYTES]
    with in_memory():
        answer = await posted(Desk(), "/v1/complaints", raw)
    assert answer.status_code in (400, 422)
