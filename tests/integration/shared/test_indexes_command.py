"""`redress indexes create` against a real MongoDB, as the job before a rollout runs it."""

import base64
import os
import subprocess
import sys
import uuid

import pymongo
import pytest

from shared.pipeline import STAGES


@pytest.fixture(params=["motor", "pymongo"])
def job(request, addresses):
    """Run it on a database of its own; gives what it says, and the database."""
    name = f"indexes_{uuid.uuid4().hex[:10]}"
    environment = {
        **os.environ,
        "REDRESS_MONGO": addresses.mongo,
        "REDRESS_DATABASE": name,
        "REDRESS_MONGO_DRIVER": request.param,
        "REDRESS_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
        "REDRESS_TOKEN_KEY": "00" * 32,
    }
    command = [sys.executable, "-m", "shared.cli.main", "indexes", "create"]

    def run():
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    with pymongo.MongoClient(addresses.mongo) as client:
        yield run, client[name]
        client.drop_database(name)


def test_every_stage_has_its_indexes_and_a_second_time_changes_nothing(job):
    run, database = job
    assert run() == f"the indexes of {len(STAGES)} stages are there\n"

    first = {name: database[name].index_information() for name in database.list_collection_names()}
    assert all(len(first[name]) > 2 for name in STAGES)
    assert all(len(first[f"{name}_inputs"]) > 1 for name in STAGES)
    run()
    assert first == {name: database[name].index_information() for name in first}
