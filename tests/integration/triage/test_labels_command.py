"""`redress labels` as an operator runs it: an export in a folder, the keys in MongoDB."""

import asyncio
import json
import os
import sys

import pytest

from shared.events.triage import CategorySubmitted
from shared.runner.keys import MongoKeyStore
from tests.unit.audit.exports import without
from tests.unit.triage.recorded_log import RecordedLog
from tests.unit.triage.stage_cases import MISSING, WISH, admitted

COMPLAINTS = [f"{number:08x}-0000-4000-8000-00000000c0de" for number in range(2)]


@pytest.fixture
def store(wiring):
    database = wiring.client[wiring.settings.keys_database]
    return MongoKeyStore(database, wiring.settings.master_key.get_secret_value())


@pytest.fixture
async def export(store, tmp_path):
    """A deposit and a suggestion, both of which a person called something else."""
    log = RecordedLog()
    for complaint, text in zip(COMPLAINTS, (MISSING, WISH), strict=True):
        log.keys[complaint] = await store.create(complaint)
        log.tell(complaint, admitted(text))
        correction = CategorySubmitted(staff="agent-y", category="kyc", reason="read-again")
        log.tell(complaint, correction, stage=None, actor="staff:agent-y")
    return log.export(tmp_path / "export")


async def labels(wiring, folder):
    """Exit code, the lines that were printed, and what was said about them."""
    settings = wiring.settings
    known = {
        "REDRESS_MONGO": settings.mongo.get_secret_value(),
        "REDRESS_KEYS_DATABASE": settings.keys_database,
        "REDRESS_MASTER_KEY": settings.master_key.get_secret_value(),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.cli.main", "labels", str(folder)),
        env={**os.environ, **known},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode, out.decode().splitlines(), error.decode()


async def test_corrected_complaints_are_printed_with_their_words(wiring, export):
    code, lines, _ = await labels(wiring, export)

    first, second = map(json.loads, lines)
    assert code == 0
    assert (first["id"], first["category"], first["text"]) == (
        COMPLAINTS[0],
        "kyc",
        f"Please help\n{MISSING}",
    )
    assert second["was"]["category"] == "product_suggestion"


async def test_an_erased_persons_label_has_no_words(wiring, store, export):
    await store.collection.update_one({"_id": COMPLAINTS[0]}, {"$unset": {"wrapped": ""}})

    _, lines, _ = await labels(wiring, export)

    assert ["text" in json.loads(line) for line in lines] == [False, True]


async def test_a_damaged_record_ends_it_and_is_named(wiring, export):
    without(export, "complaints.verification.events")

    code, lines, said = await labels(wiring, export)

    assert (code, lines) == (1, [])
    assert said.startswith("FAILED complaints.verification.events/0/1")
