"""MongoDB is lost under way; filled again from the log, the stages bring everything to its end."""

import asyncio

import pytest
import pytest_asyncio
from pymongo import MongoClient

from shared.local.layout import LEDGER, ROWS
from shared.local.stack import Options, Stack
from tests.e2e.checker import violations
from tests.e2e.site import cases, site
from tests.e2e.stories import TWELVE

FINISHED, UNDER_WAY, AFTER = cases("rf", TWELVE[4:8]), cases("ru", TWELVE), cases("ra", TWELVE[:4])
NAMES = [row.name for row in ROWS if row.name not in ("sandbox", "gateway")]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest_asyncio.fixture(scope="module")
async def running(tmp_path_factory):
    with Stack(tmp_path_factory.mktemp("lost"), Options(policy="demo")) as stack:
        async with site(stack, [*FINISHED, *UNDER_WAY, *AFTER]) as found:
            yield found


def states(mongo):
    with MongoClient(mongo) as client:
        return {
            (stage, row["_id"]): row["state"]
            for stage in ("intake", "verification", "triage", "resolution", "notify")
            for row in client["redress"][stage].find({"state.sequence": {"$gt": 0}})
        }


@pytest_asyncio.fixture(scope="module")
async def lost(running):
    """What was known before, what the command said, and all complaints, of before and after."""
    stack = running.stack
    made = await running.submit(FINISHED)
    await running.closed(made, 60)
    made += await running.submit(UNDER_WAY)
    await asyncio.sleep(4)
    refused = await running.redress("restore")
    await asyncio.to_thread(stack.halt, NAMES)
    before = states(stack.mongo)
    full = await running.redress("restore")
    with MongoClient(stack.mongo) as client:
        client.drop_database("redress")
    said = await running.redress("restore", "--ledger", str(stack.folder / LEDGER))
    after = states(stack.mongo)
    for name in NAMES:
        await asyncio.to_thread(stack.restart, name)
    await asyncio.to_thread(stack.wait_ready)
    made += await running.submit(AFTER)
    return made, (before, after), (refused, full, said)


async def test_what_every_stage_knew_is_there_again(lost):
    _, (before, after), (_, _, said) = lost

    assert said[0] == 0, said
    assert "start the services" in said[1]
    assert before == after
    assert len(before) > 40


async def test_it_refuses_while_a_stage_runs_and_where_something_is_there(lost):
    _, _, (refused, full, _) = lost

    assert (refused[0], "stop every service first" in refused[1]) == (2, True)
    assert (full[0], "the database is not empty" in full[1]) == (2, True)


async def test_everything_goes_to_its_end_and_nothing_is_lost_or_done_twice(running, lost):
    still_open = await running.closed(lost[0], 120)
    evidence = await running.at_rest()

    assert still_open == {}
    assert violations(evidence, [one.id for one in lost[0]]) == []
    assert [r.topic for r in evidence.records if r.topic.endswith("dead-letters")] == []


@pytest.mark.usefixtures("lost")
async def test_the_log_can_still_be_proved(running, tmp_path):
    await running.at_rest()
    code, told = await running.redress("audit", "export", str(tmp_path / "export"))
    assert code == 0, told
    code, told = await running.redress("audit", "verify", str(tmp_path / "export"))
    assert code == 0, told
    code, told = await running.redress("doctor")
    assert code == 0, told
