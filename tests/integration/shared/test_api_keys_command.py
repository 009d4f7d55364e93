"""`redress api-keys` against a real MongoDB, as a person runs it."""

import json
import os
import subprocess
import sys
import uuid

import pymongo
import pytest


@pytest.fixture
def redress(addresses):
    database = f"keys_{uuid.uuid4().hex[:10]}"
    environment = {**os.environ, "REDRESS_MONGO": addresses.mongo, "REDRESS_DATABASE": database}

    def run(*words, code=0):
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "shared.cli.main", "api-keys", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    yield run
    with pymongo.MongoClient(addresses.mongo) as client:
        client.drop_database(database)


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(redress):
    text = redress("create", "shop", "--role", "submitter", "--days", "30").strip()
    _, key_id, secret = text.split("_", 2)

    listed = redress("list", "--json")
    row = json.loads(listed)
    assert (row["id"], row["name"], row["roles"]) == (key_id, "shop", ["submitter"])
    assert row["in_force"]
    assert secret not in listed
    assert key_id in redress("list")

    redress("revoke", key_id)
    assert not json.loads(redress("list", "--json"))["in_force"]
    assert "no such key" in redress("revoke", key_id, code=2)


def test_a_role_that_is_none_is_refused(redress):
    assert "no such role" in redress("create", "shop", "--role", "emperor", code=2)
    assert redress("list", "--json") == ""
