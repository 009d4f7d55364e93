"""The page's program reads the stream of a real service, and goes on after a break."""

import asyncio
import os
import re
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.events.resolution import AppealRefused, CaseClosed, RatingNoted
from tests.docs.test_consumer import PAGE, produce, record
from tests.sites import site, token

PROGRAM = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
async def place(addresses):
    await produce(addresses.kafka, [])
    async with site(addresses.mongo, kafka=addresses.kafka) as found:
        yield found


@contextmanager
def running(place, file: Path, complaint):
    """The program at work; gives what reads the types of this complaint's next events."""
    more = {"TOKEN": token("dashboard"), "CURSOR_FILE": str(file), "REDRESS_PUBLIC_URL": place.url}
    with subprocess.Popen(  # noqa: S603 - the page's own program
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = (line.split() for line in process.stdout)
        ours = (kind for _, subject, kind in lines if subject == complaint)

        async def read(count):
            return await asyncio.to_thread(lambda: [next(ours) for _ in range(count)])

        yield read
        process.kill()


async def test_a_reader_that_broke_off_goes_on_where_it_was(place, addresses, tmp_path):
    complaint, file = str(uuid.uuid4()), tmp_path / "cursor"
    rated = record(complaint, 1, RatingNoted(decision_id="d", score=5))
    refused = record(complaint, 2, AppealRefused(rule="too-late", input_id="i"))
    closed = record(complaint, 3, CaseClosed(outcome="upheld", level=1))

    await produce(addresses.kafka, [rated])
    with running(place, file, complaint) as read:
        assert await read(1) == ["redress.rating-noted.v1"]
        async with asyncio.timeout(10):
            while not file.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
    await produce(addresses.kafka, [refused, closed])
    with running(place, file, complaint) as read:
        assert await read(2) == ["redress.appeal-refused.v1", "redress.case-closed.v1"]
