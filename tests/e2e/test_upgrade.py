"""A release is rolled out under way: old and new processes of each stage side by side.

The old release is a commit of this repository: `REDRESS_UPGRADE_FROM`, else the fiftieth before.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import subprocess
import tarfile
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from shared.local.layout import ROWS
from shared.local.stack import Options, Stack
from shared.local.state import is_ready
from tests.e2e.checker import violations
from tests.e2e.site import REDRESS, cases, site
from tests.e2e.stories import TWELVE
from tests.serving import free_port, until

HERE = Path(__file__).parents[2]
ROLLOUT = re.search(r"for name in (.+); do", (HERE / "deploy/rollout.sh").read_text("utf-8"))
STAGES = [name for name in ROLLOUT[1].split() if name != "ledger"]
ARGUMENTS = {row.name: row.arguments for row in ROWS}
BEFORE, AFTER, BACK = (cases(wave, TWELVE[:6]) for wave in ("before", "after", "back"))
DURING = {name: cases(f"with-{name}", TWELVE[:4]) for name in STAGES}
EVERYBODY = [*BEFORE, *AFTER, *BACK, *(case for wave in DURING.values() for case in wave)]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """What a process is told to run the old release, and the new one."""
    folder, commit = tmp_path_factory.mktemp("old"), os.environ.get("REDRESS_UPGRADE_FROM")
    packed = subprocess.run(  # noqa: S603 - our own history
        ["git", "-C", str(HERE), "archive", commit or "HEAD~50"],  # noqa: S607
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return [{"PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"} for place in (folder, HERE)]


@pytest_asyncio.fixture(scope="module")
async def running(releases, tmp_path_factory):
    """An installation of the old release."""
    old, _ = releases
    options = Options(policy="demo", env={row.name: old for row in ROWS})
    with Stack(tmp_path_factory.mktemp("stack"), options) as stack:
        async with site(stack, EVERYBODY) as found:
            yield found


@asynccontextmanager
async def beside(running, name, release):
    """A second process of a service, which shares its partitions."""
    port = free_port()
    env = {**os.environ, **running.environment(), **release, "REDRESS_PORT": str(port)}
    child = await asyncio.create_subprocess_exec(
        *REDRESS, *ARGUMENTS[name], env=env, stdout=subprocess.DEVNULL
    )
    try:
        await until(lambda: is_ready(f"http://127.0.0.1:{port}"), 60)
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


@pytest_asyncio.fixture(scope="module")
async def upgraded(running, releases):
    """Complaints of before, between and after; in the end triage goes back to the old release."""
    old, new = releases
    made = await running.submit(BEFORE)
    for name in STAGES:
        async with beside(running, name, new):
            made += await running.submit(DURING[name])
            await asyncio.to_thread(running.stack.restart, name, new)
            await asyncio.to_thread(running.stack.wait_ready, [name])
    made += await running.submit(AFTER)
    await asyncio.to_thread(running.stack.restart, "triage", old)
    await asyncio.to_thread(running.stack.wait_ready, ["triage"])
    return made + await running.submit(BACK)


async def test_nothing_is_lost_or_done_twice_while_releases_work_side_by_side(running, upgraded):
    still_open = await running.closed(upgraded, 180)
    evidence = await running.at_rest()

    assert still_open == {}
    assert violations(evidence, [one.id for one in upgraded]) == []
    assert [r.topic for r in evidence.records if r.topic.endswith("dead-letters")] == []


@pytest.mark.usefixtures("upgraded")
async def test_each_process_ran_the_release_it_was_meant_to_run(running, releases):
    old, new = (release["PYTHONPATH"] for release in releases)
    pids = running.stack.pids
    found = {name: psutil.Process(pids[name]).environ()["PYTHONPATH"] for name in STAGES}

    assert found.pop("triage") == old
    assert set(found.values()) == {new}
