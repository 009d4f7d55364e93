"""No word of a customer stands in a log, in Kafka or in MongoDB, and logs are made for machines."""

import json

import pytest
import pytest_asyncio
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from shared.local.layout import ROWS as PROCESSES
from tests.e2e.stories import CANARIES, CANARY, FORGOTTEN

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("evidence")]
SERVERS_OWN = {"admin", "config", "local"}  # local holds the oplog, the exchange's mails in it
EXCHANGE = "redress_sandbox"
RAW = CodecOptions(document_class=RawBSONDocument)


@pytest_asyncio.fixture(scope="module")
async def evidence(running):
    """All that is left of a customer whose every word can be found again."""
    made = await running.people.submit(CANARY)
    await running.people.tell(made, "messages", {"text": f"One more thing: {CANARIES[3]}."})
    assert await running.closed([made], 60) == {}
    return await running.at_rest()


def told(raw: bytes) -> set[str]:
    return {canary for canary in CANARIES if canary.encode() in raw}


def stored(mongo: str, names) -> dict[str, set[str]]:
    """Which canaries stand in which collection."""
    found = {}
    with MongoClient(mongo) as client:
        for name in sorted(set(client.list_database_names()) & names(client)):
            database = client.get_database(name, codec_options=RAW)
            for collection in database.list_collection_names():
                raws = (document.raw for document in database[collection].find({}))
                found[f"{name}.{collection}"] = set().union(*map(told, raws))
    return found


async def test_no_collection_holds_a_customers_words(running):
    def ours(client):
        return set(client.list_database_names()) - SERVERS_OWN - {EXCHANGE}

    found = stored(running.stack.mongo, ours)

    assert {"redress.intake", "redress.intake_inputs", "redress.notify_history"} <= found.keys()
    assert {name: words for name, words in found.items() if words} == {}


async def test_the_search_finds_them_where_they_may_stand(running):
    found = stored(running.stack.mongo, lambda _: {EXCHANGE})

    assert CANARIES[2] in found[f"{EXCHANGE}.accounts"]


async def test_no_record_of_the_log_holds_a_customers_words(evidence):
    for record in evidence.records:
        parts = [record.key, record.value, *(value for _, value in record.headers)]
        raw = b"|".join(part or b"" for part in parts)
        assert told(raw) == set(), record.topic


async def test_no_log_file_holds_a_customers_words(running):
    for file in (running.stack.folder / "logs").iterdir():
        assert told(file.read_bytes()) == set(), file.name


@pytest.mark.parametrize("name", [row.name for row in PROCESSES])
async def test_every_line_of_a_service_is_one_json_object(running, name):
    text = (running.stack.folder / "logs" / f"{name}.log").read_text("utf-8")
    for line in text.splitlines():
        assert {"event", "level", "timestamp", "service"} <= json.loads(line).keys(), line


async def test_a_person_gets_all_that_is_kept_about_them_and_nothing_half_written(
    running, tmp_path
):
    folder = tmp_path / "copy"
    how = ("privacy", "access", CANARY.email, str(folder), "--staff", "privacy-1")
    code, said = await running.redress(*how)
    assert (code, said.split()[0]) == (0, "1"), said
    (found,) = json.loads((folder / "access.json").read_text("utf-8"))["complaints"]
    page = (folder / "access.html").read_text("utf-8")

    assert found["words"]["contact"] == CANARY.email
    assert {"acknowledgement", "decision"} <= {one["about"] for one in found["letters"]}
    assert told(page.encode()) == set(CANARIES)
    assert "<script" not in page
    assert (folder.stat().st_mode & 0o077, [*tmp_path.iterdir()]) == (0, [folder])
    assert await running.redress(*how) == (
        2,
        "redress: the folder exists already; give a new one\n",
    )
    nobody = ("privacy", "access", "nobody@customers.example", str(tmp_path / "n"), "--staff", "x")
    assert (await running.redress(*nobody))[0] == 2
    assert [*tmp_path.iterdir()] == [folder]


async def test_two_people_erase_a_person_and_the_log_still_proves(running, tmp_path):
    (made,) = await running.submit([FORGOTTEN])
    assert await running.closed([made], 60) == {}
    how = ("privacy", "erase", made.case.email, "--reason", "customer-asked", "--staff")
    told = []
    for who in ("privacy-1", "privacy-2"):
        code, said = await running.redress(*how, who)
        assert code == 0, said
        told.append(json.loads(said))
    folder = tmp_path / "export"

    assert [(one["asked"], one["erased"]) for one in told] == [(1, 0), (0, 1)]
    assert (await running.redress("audit", "export", str(folder)))[0] == 0
    assert (await running.redress("audit", "verify", str(folder)))[0] == 0
    over = ("privacy", "due", "--from", str(folder), "--on", "2040-01-01", "--pack", "eu_mica")
    code, said = await running.redress(*over, "--all", "--json")
    listed = {row["complaint"]: row["standing"] for row in map(json.loads, said.splitlines())}
    assert (code, listed[made.id]) == (0, "erased")
    assert "due" in listed.values()
    keys = MongoClient(running.stack.mongo)
    try:
        row = keys["redress_keys"]["keys"].find_one({"_id": made.id})
    finally:
        keys.close()
    assert "wrapped" not in row
    code, said = await running.redress(*how, "privacy-1")
    assert (code, said.count("\n")) == (2, 1)
