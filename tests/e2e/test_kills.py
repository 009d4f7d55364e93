"""kill -9 of every stage at every step: nothing is lost, nothing is done twice."""

import sys

import pytest

from shared.local.stack import Options, Stack
from shared.pipeline import STAGES
from tests.e2e.checker import violations
from tests.e2e.kills import SERVICE, STEPS, Killer, per_process, starts, still_alive
from tests.e2e.site import Site, site
from tests.e2e.stories import ROUNDS, WRONG

EXPRESS = {  # the process of the express lanes dies once in each round, where it hurts most
    "after_fetch": "intake.after_fetch",
    "after_write": "resolution.after_write",
    "after_publish": "triage.after_publish",
    "before_commit": "notify.before_commit",
}
WORKERS = {  # an action was carried out, or its result told, when its worker dies
    "after_fetch": ("resolution", "worker.after_call"),
    "after_write": ("investigation", "worker.after_claim"),
    "after_publish": ("notify", "worker.after_produce"),
    "before_commit": ("resolution", "worker.after_produce"),
}


async def one_round(running: Site, killer: Killer, step: str):
    """Every stage dies at one step while complaints flow."""
    for stage in STAGES:
        await killer.arm(SERVICE[stage], f"{stage}.{step}")
    await killer.arm("express", EXPRESS[step])
    await killer.arm(*WORKERS[step])
    made = await running.submit(ROUNDS[step])
    assert await killer.fired(60) == []
    return made


@pytest.mark.timeout(300)
async def test_after_kill_9_of_every_stage_at_every_step_nothing_is_lost_or_done_twice(
    running, killer
):
    made = [one for step in STEPS for one in await one_round(running, killer, step)]
    still_open = await running.closed(made, 90)
    evidence = await running.at_rest()

    assert running.people.faults == []
    assert violations(evidence, [one.id for one in made]) == []
    assert still_open == {}


async def test_each_of_those_kills_happened(running, killer):
    kills = killer.kills()
    planned = {(SERVICE[stage], f"{stage}.{step}") for stage in STAGES for step in STEPS}
    logs = running.stack.folder / "logs"

    assert len(planned) == 24
    assert planned <= {(kill.process, kill.failpoint) for kill in kills}
    assert len(kills) == len(planned) + len(EXPRESS) + len(WORKERS)
    assert len({kill.pid for kill in kills}) == len(kills)
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
            for stage in STAGES:
                await killer.arm(SERVICE[stage], f"{stage}.after_fetch")
            made = await running.submit(WRONG)
            await killer.fired(20)
            evidence = await running.at_rest(30)

    found = violations(evidence, [one.id for one in made])
    assert any("was never applied" in sentence for sentence in found)
    assert any("has no end" in sentence for sentence in found)
