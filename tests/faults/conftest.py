"""The arena, the mill and the report of the fault matrix. Never imported."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.faults.arena import Arena
from tests.faults.arena import arena as made
from tests.faults.mill import Mill
from tests.faults.report import Report

SEED = "REDRESS_SEED"
KEY = pytest.StashKey[Report]()


@pytest.fixture(scope="session")
def report(request) -> Report:
    """Notes the cases of this session; `REDRESS_SEED` makes its choices again."""
    seed = os.environ.get(SEED) or secrets.token_hex(4)
    return request.config.stash.setdefault(KEY, Report(seed))


@pytest_asyncio.fixture(scope="session")
async def arena(tmp_path_factory, report) -> AsyncIterator[Arena]:
    """The one installation of the session, behind proxies."""
    async with made(tmp_path_factory.mktemp("arena"), report) as arena:
        yield arena


@pytest.fixture
def mill(tmp_path) -> Iterator[Mill]:
    """Servers and processes that this test alone may break."""
    with Mill(tmp_path / "mill") as mill:
        yield mill


def pytest_terminal_summary(terminalreporter, config):
    report = config.stash.get(KEY, None)
    if report is not None and report.cases:
        terminalreporter.section("fault report")
        terminalreporter.write_line(report.markdown())
        terminalreporter.write_line(f"written to {report.write()}")
