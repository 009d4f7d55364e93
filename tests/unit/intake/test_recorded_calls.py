"""The route of recorded calls over a door in memory: what one key stands for."""

import pytest

from services.intake.channels.calls import Calls
from services.intake.desk import Desk as Port
from tests.unit.intake.desk import KEY, Desk, bearer, key

CALL = {"notes": "0.5 BTC missing", "number": "+34 600 000 000", "consent": False}


class Unattached:
    """No files come with a call."""

    async def take(self, _complaint, _sources, _held):
        return ()


@pytest.fixture
def desk():
    made = Desk()
    calls = Calls(Port(made.door, made.shelf, Unattached(), KEY), KEY)
    made.app.add_api_route("/v1/calls", calls.record, methods=["POST"])
    return made


async def recorded(desk, headers, **fields):
    headers = {**bearer("agent-1", "agent"), **headers}
    return await desk.ask("POST", "/v1/calls", json={**CALL, **fields}, headers=headers)


async def test_a_key_that_came_with_another_call_is_refused(desk):
    same = key()
    first = await recorded(desk, same)
    other = await recorded(desk, same, notes="Another matter")

    assert first.status_code == 202
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (
        422,
        "idempotency_key_reused",
    )
    assert len(desk.inputs.rows) == 1


async def test_the_same_call_again_is_answered_as_before(desk):
    same = key()
    first, again = [await recorded(desk, same) for _ in range(2)]

    assert first.json()["received_at"].endswith("Z")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
