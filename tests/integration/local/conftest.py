"""One Kafka and one mongod for the tests of stacks, which bring services of their own."""

from collections.abc import Iterator

import pytest

from shared.local.servers import Servers


@pytest.fixture(scope="session")
def servers(tmp_path_factory) -> Iterator[Servers]:
    with Servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers
