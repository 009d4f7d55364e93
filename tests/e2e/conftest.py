"""One installation for all tests of the whole pipeline. Never imported."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from shared.local.stack import Options, Stack
from tests.e2e.collector import Collector, collecting
from tests.e2e.kills import Killer
from tests.e2e.site import Site, site
from tests.e2e.stories import EVERYBODY


@pytest.fixture(scope="session")
def killer(tmp_path_factory) -> Killer:
    return Killer(tmp_path_factory.mktemp("failpoints"))


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture(scope="session")
def stack(tmp_path_factory, killer, collector) -> Iterator[Stack]:
    traces = {"REDRESS_TRACES": collector.url, "REDRESS_TRACES_SHARE": "1"}
    env = {name: {**told, **traces} for name, told in killer.environment().items()}
    options = Options(policy="demo", env=env)
    with Stack(tmp_path_factory.mktemp("stack"), options) as stack:
        yield stack


@pytest_asyncio.fixture(scope="session")
async def running(stack) -> AsyncIterator[Site]:
    async with site(stack, EVERYBODY) as found:
        yield found
