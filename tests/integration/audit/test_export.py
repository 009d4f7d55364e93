"""An export out of a real Kafka, also one that is broken off."""

import asyncio
import uuid

import pytest

from shared.audit import writing
from shared.audit.export import export
from shared.audit.leaves import SEGMENT
from shared.envelope import write
from shared.errors import UsageError
from shared.events.notify import LetterRequested
from shared.runner.ports import Record
from shared.testing.builders import an_envelope
from tests.unit.audit.exports import recorded

TOPIC = "complaints.notify.events"


@pytest.fixture
async def published(log):
    """Ten events of one partition, told apart by a header."""
    marks = [uuid.uuid4().bytes for _ in range(10)]
    value = write(an_envelope(LetterRequested))
    await log.publish([Record(TOPIC, b"key", value, [("mark", mark)], 3) for mark in marks])
    return marks


def places(records):
    return [(record.topic, record.partition, record.offset) for record in records]


def marks(records):
    return [dict(one.headers).get("mark") for one in records if one.topic == TOPIC]


async def test_every_record_is_exported_in_the_order_of_its_place(kafka, published, tmp_path):
    count = await asyncio.to_thread(export, kafka, tmp_path / "export", lambda _: None)

    found = recorded(tmp_path / "export")
    assert count == len(found)
    assert places(found) == sorted(places(found))
    assert [mark for mark in marks(found) if mark in published] == published
    with pytest.raises(UsageError, match="exists already"):
        await asyncio.to_thread(export, kafka, tmp_path / "export", lambda _: None)


@pytest.mark.usefixtures("published")
async def test_an_export_that_was_broken_off_is_taken_up(kafka, log, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "SEGMENT", 4)
    await asyncio.to_thread(export, kafka, tmp_path / "whole", lambda _: None)

    class BrokenOffError(Exception):
        pass

    folder, part = tmp_path / "export", tmp_path / "export.part"

    def broken(_):
        if any(part.glob("segments/*.segment")):
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await asyncio.to_thread(export, kafka, folder, broken)
    kept = {file: file.stat().st_ino for file in part.glob("segments/*.segment")}
    await log.publish([Record(TOPIC, b"key", b"later", [], 3)])
    await asyncio.to_thread(export, kafka, folder, lambda _: None)

    assert SEGMENT > 4
    assert kept
    assert {folder / f.relative_to(part): i for f, i in kept.items()}.items() <= {
        file: file.stat().st_ino for file in folder.glob("segments/*.segment")
    }.items()
    assert not part.exists()
    assert recorded(folder) == recorded(tmp_path / "whole")
