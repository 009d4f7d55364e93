"""The ledger's writer, killed and torn: the tree is that of a run that nothing happened to."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest
from pymongo import AsyncMongoClient

from shared.audit.leaves import decode
from shared.audit.ledger.app import signer_of
from shared.audit.ledger.document import ID
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.process import EXIT_STUCK
from shared.audit.ledger.tree import tree_of
from shared.audit.merkle import Levels, leaf_hash, root
from shared.audit.note import Checkpoint
from shared.pipeline import CHECKPOINTS, topics
from shared.runner.ports import Record
from shared.runner.scan import reader, until_end
from shared.settings import Settings

KEY = base64.b64encode(b"k" * 32).decode()
RECORDS = 2600
SIGNER = signer_of(Settings(ledger_key=KEY, installation="test"))


class Run:
    """A ledger of its own: a folder, a database, and at most one process that a test starts."""

    def __init__(self, addresses, folder):
        self.addresses, self.path, self.database = addresses, folder, f"ledger_{uuid.uuid4().hex}"
        self.children = []

    def start(self, **env):
        told = {
            "REDRESS_KAFKA": self.addresses.kafka,
            "REDRESS_MONGO": self.addresses.mongo,
            "REDRESS_DATABASE": self.database,
            "REDRESS_LEDGER": str(self.path),
            "REDRESS_LEDGER_KEY": KEY,
            "REDRESS_INSTALLATION": "test",
            "REDRESS_PORT": "0",
        }
        command = [sys.executable, "-m", "shared.cli.main", "serve", "ledger"]
        out = (self.path.parent / f"{self.path.name}.log").open("a")
        with out:
            child = subprocess.Popen(  # noqa: S603 - our own command
                command, env={**os.environ, **told, **env}, stdout=out
            )
        self.children.append(child)
        return child

    async def ended(self, child):
        return await asyncio.to_thread(child.wait, 30)

    async def tree(self):
        async with AsyncMongoClient(self.addresses.mongo) as client:
            return tree_of(await client[self.database]["ledger"].find_one() or {})

    async def until(self, size):
        async with asyncio.timeout(40):
            while (tree := await self.tree()).size < size:  # noqa: ASYNC110 - MongoDB alone knows
                await asyncio.sleep(0.1)
        return tree

    async def stopped(self, size):
        """The tree when it has that size, after an orderly stop."""
        await self.until(size)
        self.children[-1].send_signal(signal.SIGTERM)
        assert await self.ended(self.children[-1]) == 0
        return await self.tree()

    def leaves(self, tree):
        folder = Folder(self.path)
        folder.resume(tree)
        return list(folder.raws(0, tree.size))

    def said(self):
        return (self.path.parent / f"{self.path.name}.log").read_text()


@pytest.fixture
async def ledgers(addresses, tmp_path):
    made = []

    def new(name):
        made.append(Run(addresses, tmp_path / name))
        return made[-1]

    yield new
    for child in [child for run in made for child in run.children]:
        child.kill()
        child.wait()
    async with AsyncMongoClient(addresses.mongo) as client:
        for run in made:
            await client.drop_database(run.database)


@pytest.fixture
async def total(log, kafka):
    """The log with new records in it; gives how many records it holds."""
    names = topics()
    await log.publish(
        [
            Record(names[n % len(names)], b"%d" % n if n % 7 else None, b"poison %d" % n, [])
            for n in range(RECORDS)
        ]
    )
    async with reader(kafka, names) as consumer:
        return len([record async for record in until_end(consumer)])


def frontier(tree):
    return tree.size, tree.hashes, tree.offsets, tree.open_bytes


async def test_a_writer_killed_at_each_step_makes_the_tree_of_one_never_killed(
    ledgers, total, tmp_path
):
    clean = ledgers("clean")
    clean.start()
    wanted = await clean.stopped(total)

    killed, marks = ledgers("killed"), tmp_path / "marks"
    marks.mkdir()
    for failpoint in ("audit.after_segment:2", "audit.after_state:1", "audit.after_segment:1"):
        child = killed.start(REDRESS_FAILPOINT=failpoint)
        assert await killed.ended(child) == -signal.SIGKILL
        with (killed.path / "open.segment").open("ab") as file:
            file.write(b"\0\0\1\0torn")
    killed.start()
    found = await killed.stopped(total)

    assert frontier(found) == frontier(wanted)
    assert killed.leaves(found) == clean.leaves(wanted)
    records = [decode(raw) for raw in killed.leaves(found)]
    assert len({record.place for record in records}) == total


async def test_every_checkpoint_is_signed_of_the_same_tree_and_given_away(
    ledgers, total, kafka, tmp_path
):
    run = ledgers("signed")
    run.start(REDRESS_LEDGER_WITNESS=str(tmp_path / "outside"))
    await run.until(total)
    notes = [path.read_text() for path in sorted((run.path / "checkpoints").iterdir())]
    async with asyncio.timeout(10):
        while len(list((tmp_path / "outside").glob("*.txt"))) < len(notes):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    tree = await run.stopped(total)
    leaves = Levels(map(leaf_hash, run.leaves(tree)))

    assert len(notes) == total // 1000
    for note in notes:
        found = Checkpoint.read(note, SIGNER.verifier)
        assert found.root == root(found.size, leaves)
    outside = [path.read_text() for path in sorted((tmp_path / "outside").glob("*.txt"))]
    assert outside == notes
    async with reader(kafka, [CHECKPOINTS]) as consumer:
        published = {record.value.decode() async for record in until_end(consumer)}
    assert set(notes) <= published
    assert [path.read_text() for path in (run.path / "keys").iterdir()] == [f"{SIGNER.verifier}\n"]


async def test_a_second_process_takes_over_when_the_first_is_gone(ledgers, total, log):
    run = ledgers("two")
    first = run.start()
    await run.until(total)
    run.start()
    await asyncio.sleep(3)
    assert run.said().count('"writing"') == 1
    first.kill()
    await log.publish([Record(topics()[0], b"k", b"one more", [])])

    assert (await run.until(total + 1)).size == total + 1
    assert run.said().count('"writing"') == 2


async def test_what_nobody_foresaw_ends_the_process_with_a_trace(ledgers, addresses):
    run, never = ledgers("odd"), datetime.fromtimestamp(0, UTC)
    odd = {"_id": ID, "holder": "", "until": never, "revision": 0, "size": 1}
    async with AsyncMongoClient(addresses.mongo) as client:
        await client[run.database]["ledger"].insert_one(odd)

    assert await run.ended(run.start()) == EXIT_STUCK
    assert '"event":"the writer failed"' in run.said()
    assert '"error_class":"KeyError"' in run.said()


async def test_a_folder_that_lost_files_is_refused_with_one_line(ledgers, total):
    run = ledgers("lost")
    run.start()
    await run.stopped(total)
    (run.path / "open.segment").unlink()
    before = len(run.said().splitlines())

    assert await run.ended(run.start()) == 2
    (line,) = [line for line in run.said().splitlines()[before:] if '"level":"error"' in line]
    assert "folder is not the one that the database knows: open.segment is missing" in line
