"""Real servers once a session, and the one rule on skipping, for every level. Never imported."""

from typing import NamedTuple

import pytest

from tests import servers

MAY_SKIP = ("browser", "clamd", "docker", "imap", "promtool")


class Addresses(NamedTuple):
    kafka: str
    mongo: str


@pytest.fixture(scope="session")
def addresses():
    """A real Kafka and a real mongod for the whole session."""
    with servers.addresses() as found:
        yield Addresses(*found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Without a mark that says what a test needs, a skip is a failure."""
    report = yield
    if report.skipped and not any(map(item.get_closest_marker, MAY_SKIP)):
        report.outcome = "failed"
        report.longrepr = f"skipped without a mark of {', '.join(MAY_SKIP)}: {report.longrepr[2]}"
    return report
