"""`redress policy diff` as an operator runs it: an export in a folder, the keys in MongoDB."""

import asyncio
import json
import os
import sys

import pytest
import yaml

from shared.policy import load
from shared.reference import reference_of
from shared.runner.keys import MongoKeyStore
from tests.unit.audit.exports import without
from tests.unit.triage.recorded_log import RecordedLog
from tests.unit.triage.stage_cases import MISSING, STOLEN, WISH, admitted

COMPLAINTS = [f"{number:08x}-0000-4000-8000-00000000c0de" for number in range(3)]


@pytest.fixture
def store(wiring):
    database = wiring.client[wiring.settings.keys_database]
    return MongoKeyStore(database, wiring.settings.master_key.get_secret_value())


@pytest.fixture
async def export(store, tmp_path):
    """A suggestion, a deposit and a theft, sealed with keys that the store holds."""
    log = RecordedLog()
    for complaint, text in zip(COMPLAINTS, (WISH, MISSING, STOLEN), strict=True):
        log.keys[complaint] = await store.create(complaint)
        log.tell(complaint, admitted(text))
    return log.export(tmp_path / "export")


@pytest.fixture
def slower(tmp_path):
    """The default policy with twice the days for what is not urgent."""
    policy = load("default").model_dump(mode="json")
    policy["version"] = "slower"
    policy["triage"]["resolution"]["P4"] = "P60D"
    path = tmp_path / "slower.yaml"
    path.write_text(yaml.safe_dump(policy), "utf-8")
    return path


async def diff(wiring, *arguments):
    """Exit code, and the lines that were printed."""
    settings = wiring.settings
    known = {
        "REDRESS_MONGO": settings.mongo.get_secret_value(),
        "REDRESS_KEYS_DATABASE": settings.keys_database,
        "REDRESS_MASTER_KEY": settings.master_key.get_secret_value(),
    }
    command = [sys.executable, "-m", "shared.cli.main", "policy", "diff", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **known},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await asyncio.wait_for(process.communicate(), 120)
    assert b"Traceback" not in error
    return process.returncode, out.decode().splitlines()


async def test_a_slower_promise_is_told_of_the_complaint_that_it_concerns(wiring, export, slower):
    code, lines = await diff(wiring, "default", slower, "--from", export, "--json")

    first, counts = map(json.loads, lines)
    assert code == 0
    assert (first["complaint"], first["reference"]) == (COMPLAINTS[0], reference_of(COMPLAINTS[0]))
    assert [(d["what"], d["clock"]) for d in first["differences"]] == [("deadline", "resolution:1")]
    assert (counts["counts"]["complaints"], counts["counts"]["otherwise"]) == (3, 1)


async def test_an_erased_person_is_named_and_not_judged(wiring, store, export, slower):
    await store.collection.update_one({"_id": COMPLAINTS[0]}, {"$unset": {"wrapped": ""}})

    code, lines = await diff(wiring, "default", slower, "--from", export)

    assert code == 0
    assert lines[0] == f"{reference_of(COMPLAINTS[0])}  erased, not judged"


async def test_a_damaged_record_ends_it_and_is_named(wiring, export, slower):
    without(export, "complaints.verification.events")

    code, lines = await diff(wiring, "default", slower, "--from", export)

    assert (code, lines) == (
        1,
        ["FAILED complaints.verification.events/0/1: offset 0 should stand here"],
    )
