"""A frozen account comes back in stages, though the worker dies between the two."""

import pytest
import pytest_asyncio

from tests.demo.people import SUPERVISORS
from tests.e2e.stories import GIVEN_BACK

pytestmark = pytest.mark.timeout(200)
SUPERVISOR = SUPERVISORS[0]
FREEZE, PROOF, UNFREEZE = (
    ("resolution", "freeze", {"reason": "takeover"}),
    ("intake", "record-proof", {"proof": "documents_and_liveness"}),
    ("resolution", "unfreeze", {"reason": "owner-proved"}),
)


def actions(track, name, action):
    return [e for e in track.of(name) if e.data.action == action]


def proved_in(track):
    """Resolution's own word: what triage says is not yet what lets two people lift."""
    return [e for e in track.of("case-noted") if e.data.identity == "L3"]


@pytest_asyncio.fixture(scope="module")
async def lifted(running, killer):
    """What happened to a customer whose account was frozen by a person and lifted by two."""
    (made,) = await running.submit([GIVEN_BACK])
    track, people = running.watch.tracks[made.id], running.people
    await running.watch.until(lambda: actions(track, "effect-verified", "freeze"))

    async def said(command, done, **more):
        stage, name, body = command
        await people.command((stage, made.id, name), {**body, **more}, SUPERVISOR, done)
        await running.watch.until(done)

    await said(FREEZE, lambda: len(actions(track, "effect-verified", "freeze")) > 1)
    await said(PROOF, lambda: proved_in(track), user_id=GIVEN_BACK.user)
    await said(UNFREEZE, lambda: actions(track, "effect-verified", "unfreeze"))
    locked = await running.world.restrictions(GIVEN_BACK.user)
    await killer.arm("express", "worker.after_call")
    assert await killer.fired(60) == []
    await running.watch.until(lambda: len(actions(track, "effect-verified", "unfreeze")) > 1, 90)
    return track, locked


async def test_withdrawals_stay_frozen_until_their_lock_is_over_and_then_follow(running, lifted):
    track, locked = lifted
    rest, withdrawals = actions(track, "effect-requested", "unfreeze")
    (lock,) = track.of("withdrawals-locked")

    assert (list(locked), withdrawals.data.scope) == (["withdrawals"], ("withdrawals",))
    assert rest.data.scope == ("api_keys", "sessions")
    assert withdrawals.time >= lock.data.until
    assert await running.world.restrictions(GIVEN_BACK.user) == []
    assert running.people.faults == []


async def test_each_stage_was_carried_out_once(running, lifted):
    evidence = await running.at_rest()
    done = [r for r in evidence.ledger if r["user_id"] == GIVEN_BACK.user]

    assert [r["order"]["scope"] for r in done if r["action"] == "unfreeze"] == [
        ["api_keys", "sessions"],
        ["withdrawals"],
    ]
    assert len(actions(lifted[0], "effect-verified", "unfreeze")) == 2
