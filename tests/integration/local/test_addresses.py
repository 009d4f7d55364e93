"""Where the tests' own servers come from."""

import time

from pymongo import MongoClient

from shared.local import kafka
from tests.servers import addresses


def test_given_addresses_are_taken_as_they_are(monkeypatch):
    monkeypatch.setenv("REDRESS_KAFKA", "kafka:1")
    monkeypatch.setenv("REDRESS_MONGO", "mongodb://mongo:2")

    with addresses() as found:
        assert found == ("kafka:1", "mongodb://mongo:2")


def test_without_docker_local_servers_are_started(monkeypatch):
    monkeypatch.delenv("REDRESS_KAFKA", raising=False)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    start = time.monotonic()

    with addresses() as (bootstrap, uri), MongoClient(uri) as client:
        assert kafka.answers(int(bootstrap.rpartition(":")[2]))
        assert client.admin.command("hello")["setName"] == "rs0"
        assert time.monotonic() - start < 10
