"""A person is forgotten everywhere at once; what is counted and what is proved stays as it was."""

import json
import re
import sys
from asyncio import create_subprocess_exec, subprocess
from types import SimpleNamespace

import pytest
import pytest_asyncio
from pymongo import MongoClient

from shared.audit import second_verifier
from shared.local.layout import LEDGER
from tests.e2e.stories import ERASED, MARKS
from tests.e2e.test_privacy import EXCHANGE, RAW, SERVERS_OWN
from tests.e2e.test_regulator import this_quarter

pytestmark = pytest.mark.timeout(240)
HOW = ("--reason", "customer-asked", "--staff")


@pytest_asyncio.fixture(scope="module")
async def erased(running, tmp_path_factory):
    """One person after the other, until nothing else was counted while one was erased."""
    made = await running.submit(ERASED)
    for one in made:
        await running.people.tell(one, "messages", {"text": f"Also: {MARKS[2]}."})
    assert await running.closed(made, 90) == {}
    for number, one in enumerate(made):
        folder = tmp_path_factory.mktemp(f"erased{number}")
        found = await forgotten(running, one, folder)
        if found.before == found.after:
            break
    await running.at_rest()
    return found


async def forgotten(running, one, folder):
    """What was known and counted before two people erased the person, and after."""
    await running.at_rest()
    key = key_of(running, one.id)
    page = await running.redress(
        "privacy", "access", one.case.email, str(folder / "a"), *HOW[2:], "privacy-1"
    )
    before = await counted(running, folder / "before", one)
    for who in ("privacy-1", "privacy-2"):
        code, said = await running.redress("privacy", "erase", one.case.email, *HOW, who)
        assert code == 0, said
    await running.at_rest()
    after = await counted(running, folder / "after", one)
    return SimpleNamespace(
        made=one, key=key["wrapped"], page=page, before=before, after=after, folder=folder
    )


async def counted(running, export, one):
    """The quarter's figures and the person's row of the register, from an export of now."""
    await redress(running, "audit", "export", str(export))
    report = ("report", "--quarter", this_quarter(), "--json", "--from", str(export))
    figures = json.loads(await redress(running, *report))["figures"]
    register = json.loads(await redress(running, "register", "--json", "--from", str(export)))
    (row,) = [row for row in register["register"] if row["complaint"] == one.id]
    return figures, {name: value for name, value in row.items() if name != "erased_at"}


async def redress(running, *arguments):
    code, said = await running.redress(*arguments)
    assert code == 0, said
    return said


def key_of(running, complaint):
    with MongoClient(running.stack.mongo) as client:
        return client["redress_keys"]["keys"].find_one({"_id": complaint})


def stored(running, marks):
    """Every place of the databases, of the log, of the files where one of these bytes stands."""
    with MongoClient(running.stack.mongo) as client:
        for name in set(client.list_database_names()) - SERVERS_OWN - {EXCHANGE}:
            database = client.get_database(name, codec_options=RAW)
            for collection in database.list_collection_names():
                for document in database[collection].find({}):
                    if any(mark in document.raw for mark in marks):
                        yield f"{name}.{collection}"


def files(folder, marks):
    for file in filter(lambda path: path.is_file(), folder.rglob("*")):
        if any(mark in file.read_bytes() for mark in marks):
            yield file.name


async def test_the_figures_of_the_quarter_and_the_register_are_those_of_before(erased):
    assert erased.before == erased.after
    assert erased.after[1]["closed_at"]


async def test_no_store_no_topic_no_file_and_no_key_leads_to_the_person(running, erased):
    marks = [*(mark.encode() for mark in (*MARKS, erased.made.case.email)), bytes(erased.key)]
    evidence = await running.at_rest()
    records = [
        record.topic
        for record in evidence.records
        if any(mark in (record.value or b"") for mark in marks)
    ]

    assert list(stored(running, marks)) == records == []
    for folder in (running.stack.folder / LEDGER, running.stack.folder / "logs"):
        assert list(files(folder, marks)) == []
    assert list(files(erased.folder / "after", marks)) == []
    assert key_of(running, erased.made.id).keys().isdisjoint({"wrapped", "by"})


async def test_the_search_finds_the_words_and_the_key_where_they_stand(running, erased):
    assert erased.page[0] == 0
    words = [mark.encode() for mark in MARKS]
    assert "access.json" in list(files(erased.folder / "a", words))
    assert "redress_keys.keys" in stored(running, [erased.made.id.encode()])


async def test_who_asks_for_the_person_reads_that_they_were_erased(running, erased, tmp_path):
    how = ("privacy", "access", erased.made.case.email, str(tmp_path / "a"), "--staff", "privacy-1")
    code, said = await running.redress(*how)
    state = await redress(
        running,
        "audit",
        "state",
        erased.made.id,
        "--at",
        "2100-01-01T00:00:00Z",
        "--from",
        str(erased.folder / "after"),
    )

    assert (code, said.count("\n")) == (2, 1)
    assert "erased" in state
    assert not any(mark in state for mark in MARKS)


async def test_both_verifiers_agree_on_the_log_after_it(running, erased):
    folder = str(erased.folder / "after")
    first = await redress(running, "audit", "verify", folder)
    second = await create_subprocess_exec(
        sys.executable,
        second_verifier.__file__,
        folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await second.communicate()

    assert second.returncode == 0, said
    read = re.search(r"(\d+) events .* (\d+) inputs and (\d+) dead letters", first)
    assert read
    assert int(said.split()[0]) >= sum(map(int, read.groups()))  # a copy is no event
