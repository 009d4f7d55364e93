"""Fixtures of every level: real servers once a session. Never imported."""

from typing import NamedTuple

import pytest

from tests import servers


class Addresses(NamedTuple):
    kafka: str
    mongo: str


@pytest.fixture(scope="session")
def addresses():
    """A real Kafka and a real mongod for the whole session."""
    with servers.addresses() as found:
        yield Addresses(*found)
