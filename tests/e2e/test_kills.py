"""kill -9 of every stage at every step: nothing is lost, nothing is done twice."""

import sys

import pytest
import pytest_asyncio

from shared.local.stack import Options, Stack
from shared.pipeline import STAGES
from tests.e2e.checker import violations
from tests.e2e.kills import SERVICE, STEPS, Killer, per_process, starts, still_alive
from tests.e2e.site import site
from tests.e2e.stories import ROUNDS, WRONG

STAGE_KILLS = {step: [(SERVICE[name], f"{name}.{step}") for name in STAGES] for step in STEPS}
MORE_KILLS = {  # the express lanes; the door and the relay; workers whose work is done but not told
    "after_fetch": [
        ("express", "intake.after_fetch"),
        ("intake", "door.after_insert"),
        ("resolution", "worker.after_call"),
    ],
    "after_write": [("express", "resolution.after_write"), ("investigation", "worker.after_claim")],
    "after_publish": [
        ("express", "triage.after_publish"),
        ("intake", "relay.after_produce"),
        ("notify", "worker.after_produce"),
    ],
    "before_commit": [("express", "notify.before_commit"), ("resolution", "worker.after_produce")],
}
PLANNED = {step: [*STAGE_KILLS[step], *MORE_KILLS[step]] for step in STEPS}


@pytest_asyncio.fixture(scope="module")
async def lived(running, killer):
    """The complaints that flowed while everything died, one round for each step."""
    made = []
    for step in STEPS:
        for process, failpoint in PLANNED[step]:
            await killer.arm(process, failpoint)
        made += await running.submit(ROUNDS[step])
        assert await killer.fired(90) == []
    return made


@pytest.mark.timeout(420)
async def test_after_kill_9_of_every_stage_at_every_step_nothing_is_lost_or_done_twice(
    running, lived
):
    still_open = await running.closed(lived, 90)
    evidence = await running.at_rest()

    assert running.people.faults == []
    assert violations(evidence, [one.id for one in lived]) == []
    assert still_open == {}


@pytest.mark.timeout(420)
@pytest.mark.usefixtures("lived")
async def test_each_of_those_kills_happened(running, killer):
    kills = killer.kills()
    planned = [kill for step in STEPS for kill in PLANNED[step]]
    logs = running.stack.folder / "logs"

    assert sum(map(len, STAGE_KILLS.values())) == 24
    assert sorted((kill.process, kill.failpoint) for kill in kills) == sorted(planned)
    assert len({kill.pid for kill in kills}) == len(planned)
    assert still_alive(kills) == []
    for process, count in per_process(kills).items():
        assert starts(logs, process) > count / 2, process


@pytest.mark.timeout(200)
async def test_the_checker_finds_out_a_runner_that_commits_before_it_writes_when_killed(
    tmp_path,
):
    killer = Killer(tmp_path / "failpoints")
    wrong = sys.executable, "-m", "tests.e2e.wrong_runner"
    options = Options(policy="demo", env=killer.environment(), redress=wrong)
    with Stack(tmp_path / "stack", options) as stack:
        async with site(stack, WRONG) as running:
            for process, failpoint in STAGE_KILLS["after_fetch"]:
                await killer.arm(process, failpoint)
            made = await running.submit(WRONG)
            await killer.fired(20)
            evidence = await running.at_rest(30)

    found = violations(evidence, [one.id for one in made])
    assert any("was never applied" in sentence for sentence in found)
    assert any("has no end" in sentence for sentence in found)
