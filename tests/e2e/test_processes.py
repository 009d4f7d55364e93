"""Each service as a process: its probes, its size, and how it stops."""

import asyncio
import contextlib
import signal
import subprocess
import time
from contextlib import asynccontextmanager

import psutil
import pytest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from shared import metrics
from shared.local.layout import ROWS as PROCESSES
from shared.local.state import is_ready
from shared.pipeline import SERVICES
from tests.e2e.site import REDRESS
from tests.serving import free_port, until

pytestmark = pytest.mark.timeout(120)
MEGABYTE = 1024 * 1024
STAGED = [*SERVICES, "express"]


@pytest.mark.parametrize("name", [row.name for row in PROCESSES])
async def test_it_says_that_it_lives_and_is_ready(running, name):
    for probe in "livez", "readyz":
        answer = await running.people.http.get(f"{running.stack.urls[name]}/{probe}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", STAGED)
async def test_it_shows_every_metric(running, name):
    answer = await running.people.http.get(f"{running.stack.urls[name]}/metrics")
    shown = {family.name for family in text_string_to_metric_families(answer.text)}
    ours = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]

    assert len(ours) >= 15
    assert {next(iter(metric.describe())).name for metric in ours} <= shown


@pytest.mark.parametrize("name", STAGED)
async def test_it_takes_less_than_250_mb(running, name):
    rss = psutil.Process(running.stack.pids[name]).memory_info().rss

    assert rss < 250 * MEGABYTE, f"{rss / MEGABYTE:.0f} MB"


@asynccontextmanager
async def served(running):
    """A second process of each service, its URL and its child, so that exit codes are seen."""
    found = {}
    for name in SERVICES:
        port = free_port()
        env = {**running.environment(), "REDRESS_PORT": str(port)}
        child = await asyncio.create_subprocess_exec(
            *REDRESS, "serve", name, env=env, stdout=subprocess.DEVNULL
        )
        found[name] = (f"http://127.0.0.1:{port}", child)
    try:
        yield found
    finally:
        for _, child in found.values():
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def test_sigterm_ends_every_service_in_order_within_25_s(running):
    async with served(running) as children:
        for url, _ in children.values():
            await until(lambda url=url: is_ready(url), 60)
        started = time.monotonic()
        for _, child in children.values():
            child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(40):
            codes = {name: await child.wait() for name, (_, child) in children.items()}

    assert codes == dict.fromkeys(SERVICES, 0)
    assert time.monotonic() - started < 25
