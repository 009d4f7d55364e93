"""A freeze, a credit and a refund whose process dies at each step in turn: done once, and whole."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import pytest_asyncio

from shared.local.stack import Options, Stack
from tests.e2e.checker import violations
from tests.e2e.kills import Killer
from tests.e2e.site import site
from tests.e2e.stories import PAID_STEP_BY_STEP

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]
CLAIMED, CALLED, TOLD = (
    f"resolution.worker.{step}" for step in ("after_claim", "after_call", "after_produce")
)
STAGE = tuple(f"resolution.{step}" for step in ("after_fetch", "after_write", "before_commit"))
# A claim that dies costs its lease of 30 s: once is enough, it has done nothing yet.
FIRST = {"freeze": (CLAIMED, CALLED), "credit": (CALLED,), "refund": (CALLED,)}
PROCESS = {"freeze": "express", "credit": "resolution", "refund": "resolution"}
ACTION = {"freeze": "freeze", "credit": "credit", "refund": "credit"}
AMOUNT = {"credit": Decimal("0.25"), "refund": Decimal("0.4002")}


async def dies_step_by_step(running, killer, name):
    """The complaint, and when its process died at each step: before, while and after it acts."""
    process = PROCESS[name]
    for step in FIRST[name]:
        await killer.arm(process, step)
    (made,) = await running.submit([PAID_STEP_BY_STEP[name]])
    died = {step: await death(killer, process, step) for step in FIRST[name]}
    for step in (TOLD, *STAGE):
        # What the worker told is read, written and published by one death after another.
        await killer.arm(process, step)
        died[step] = await death(killer, process, step)
    return made, died


async def death(killer, process, step):
    folder, before = killer.folder / process, len(killer.kills())
    for _ in range(900):
        marks = list(folder.glob(f"{step}.[0-9]*"))
        if not (folder / step).exists() and marks:
            return datetime.fromtimestamp(max(mark.stat().st_ctime for mark in marks), UTC)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{process} did not die at {step}; {before} deaths before")


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return Killer(tmp_path_factory.mktemp("steps"))


@pytest_asyncio.fixture(scope="module")
async def running(tmp_path_factory, killer):
    """An installation of its own: another complaint's work would die of these failpoints."""
    options = Options(policy="demo", env=killer.environment())
    with Stack(tmp_path_factory.mktemp("paid"), options) as stack:
        async with site(stack, list(PAID_STEP_BY_STEP.values())) as found:
            yield found


@pytest_asyncio.fixture(scope="module")
async def lived(running, killer):
    """The frozen account beside the two that are paid, one after the other."""

    async def paid():
        return {n: await dies_step_by_step(running, killer, n) for n in ("credit", "refund")}

    frozen, rest = await asyncio.gather(dies_step_by_step(running, killer, "freeze"), paid())
    return {"freeze": frozen, **rest}


@pytest_asyncio.fixture(scope="module")
async def evidence(running, lived):
    """What is left when all three are closed."""
    assert await running.closed([made for made, _ in lived.values()], 120) == {}
    return await running.at_rest()


def entries(evidence, name):
    """What the exchange did for the customer by that action, oldest first."""
    user = PAID_STEP_BY_STEP[name].user
    found = (r for r in evidence.ledger if (r["user_id"], r["action"]) == (user, ACTION[name]))
    return sorted(found, key=lambda r: r["applied_at"])


@pytest.mark.parametrize("name", PAID_STEP_BY_STEP)
async def test_it_is_done_once_though_the_process_dies_at_each_step(running, lived, evidence, name):
    made, died = lived[name]
    done, *more = entries(evidence, name)
    key = str(done["_id"])
    track = running.watch.tracks[made.id]
    asked = [e for e in track.of("effect-requested") if e.data.key == key]
    verified = [e for e in track.of("effect-verified") if e.data.key == key]

    # What proves the owner later freezes more under a key of its own.
    assert more == [] or name == "freeze"
    assert (len(asked), len(verified)) == (1, 1)
    assert "amount" not in done["order"] or Decimal(done["order"]["amount"]) == AMOUNT[name]
    assert list(died) == [*FIRST[name], TOLD, *STAGE]
    assert died[FIRST[name][0]] < done["applied_at"].replace(tzinfo=UTC) or name != "freeze"
    assert done["applied_at"].replace(tzinfo=UTC) < died[CALLED]
    assert verified[0].time > died[STAGE[0]]
    assert list(died.values()) == sorted(died.values())


async def test_nothing_else_was_lost_or_done_twice(running, lived, evidence):
    assert violations(evidence, [made.id for made, _ in lived.values()]) == []
    assert running.people.faults == []
