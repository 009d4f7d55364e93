"""kill -9 of the worker that pays for a liquidation, at each of its steps: paid once, told so."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import pytest_asyncio

from tests.e2e.checker import violations
from tests.e2e.stories import PAID_UNDER_FIRE

pytestmark = pytest.mark.timeout(300)
PROCESS = "resolution"
OWED = Decimal(30000)


@pytest_asyncio.fixture(scope="module")
async def lived(running, killer):
    """A customer for each step; the worker is killed there once two people are asked to approve."""
    made = {}
    for step, case in PAID_UNDER_FIRE.items():
        await killer.room(PROCESS)
        (one,) = await running.submit([case])
        track = running.watch.tracks[one.id]
        await running.watch.until(lambda seen=track: seen.of("approval-requested"))
        await killer.arm(PROCESS, f"worker.{step}")
        assert await killer.fired(60) == []
        await running.watch.until(lambda seen=track: seen.of("effect-verified"), 90)
        made[step] = one
    return made


@pytest_asyncio.fixture(scope="module")
async def evidence(running, lived):
    """What is left when all three are closed."""
    assert await running.closed(list(lived.values()), 90) == {}
    return await running.at_rest()


def killed_at(killer, step):
    """When the worker died there last: its mark was renamed just before."""
    marks = (killer.folder / PROCESS).glob(f"worker.{step}.*")
    return datetime.fromtimestamp(max(mark.stat().st_ctime for mark in marks), UTC)


@pytest.mark.parametrize("step", PAID_UNDER_FIRE)
async def test_the_payment_is_made_once_and_told_after_the_death(
    running, killer, lived, evidence, step
):
    story, died = running.watch.tracks[lived[step].id], killed_at(killer, step)
    (paid,) = [r for r in evidence.ledger if r["user_id"] == PAID_UNDER_FIRE[step].user]
    (verified,) = story.of("effect-verified")

    assert (paid["action"], Decimal(paid["order"]["amount"])) == ("compensate", OWED)
    assert (paid["applied_at"].replace(tzinfo=UTC) < died) is (step != "after_claim")
    assert step == "after_produce" or verified.time > died
    assert story.last("decision-made").finding == "mark_price_deviation"


async def test_nothing_else_went_wrong(running, lived, evidence):
    assert violations(evidence, [one.id for one in lived.values()]) == []
    assert running.people.faults == []
