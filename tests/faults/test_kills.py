"""kill -9 at every step of every stage, at the door, in the relay and in the workers."""

import pytest

from shared.pipeline import STAGES
from tests.e2e.kills import SERVICE
from tests.faults.crowd import MORE

pytestmark = pytest.mark.timeout(600)
STAGE_ROWS = {
    "after_fetch": "2",
    "after_write": "3",
    "mid_publish": "4",
    "after_publish": "5",
    "before_commit": "6",
    "after_commit": "6",
}
# Whoever comes back passes these with the same records.
AGAIN = ("after_fetch", "after_write", "after_publish", "before_commit")
EXPRESS = 3
WORKERS = ("intake", "triage", "investigation", "resolution", "notify")


async def test_stages_die_at_steps_of_chance(arena):
    async with arena.case("2-6", "three stages killed, at steps of chance") as case:
        for stage in case.rng.sample(sorted(STAGES), 3):
            step = case.rng.choice(sorted(STAGE_ROWS))
            await case.arm(SERVICE[stage], f"{stage}.{step}")
        await case.submit(MORE)
        await case.fired()


@pytest.mark.slow
@pytest.mark.parametrize("step", STAGE_ROWS)
async def test_every_stage_killed_at_a_step_goes_on_where_it_was(arena, step):
    async with arena.case(STAGE_ROWS[step], f"every stage killed at {step}") as case:
        for stage in STAGES:
            await case.arm(SERVICE[stage], f"{stage}.{step}")
        for stage in case.rng.sample(sorted(STAGES), EXPRESS if step != "mid_publish" else 0):
            await case.arm("express", f"{stage}.{step}")
        await case.submit(MORE)
        await case.fired(120)


@pytest.mark.slow
@pytest.mark.parametrize("step", AGAIN)
async def test_a_stage_killed_when_it_makes_good_for_a_kill_makes_good(arena, step):
    stage = arena.chance(step).choice(sorted(STAGES))
    async with arena.case(STAGE_ROWS[step], f"{stage} killed at {step}, 3 times in a row") as case:
        for _ in range(3):
            await case.arm(SERVICE[stage], f"{stage}.{step}")
            if not case.made:
                await case.submit()
            await case.fired()


@pytest.mark.slow
@pytest.mark.parametrize("point", ["before_insert", "after_insert"])
async def test_who_was_not_answered_asks_again_and_is_heard_once(arena, point):
    async with arena.case("1", f"doors killed {point.replace('_', ' the ')}") as case:
        for process in "intake", "investigation", "resolution":
            await case.arm(process, f"door.{point}")
        await case.submit(MORE)
        await case.fired()

    mine = {one.id for one in case.made}
    users = [one.case.user for one in case.made]
    assert len(mine) == len(users) == len(MORE)
    assert case.received() == mine


@pytest.mark.slow
async def test_a_relay_that_dies_before_its_mark_sends_again(arena):
    async with arena.case("1", "relays killed before they note what was sent") as case:
        for process in "intake", "investigation", "resolution":
            await case.arm(process, "relay.after_produce")
        await case.submit(MORE)
        await case.fired()


@pytest.mark.slow
@pytest.mark.parametrize("point", ["after_claim", "after_call", "after_produce"])
async def test_outside_work_is_done_once_more_at_most(arena, point):
    async with arena.case("7", f"workers killed {point.replace('_', ' the ')}") as case:
        for process in *WORKERS, "express":
            await case.arm(process, f"worker.{point}")
        await case.submit(MORE)
        await case.fired(120)
