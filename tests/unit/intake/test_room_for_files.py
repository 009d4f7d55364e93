"""The limits on files hold for a complaint, not for each of its messages alone."""

import hashlib

import pytest

from services.intake.attachments.room import within
from services.intake.attachments.types import allowed
from shared.events.base import Attachment
from shared.events.personal import Personal
from tests.unit.intake.desk import COMPLAINT, PUBLIC_URL, Desk

LIMITS = allowed().limits
MIB = 1 << 20
PICTURE = b"\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0pixels\xff\xd9GPS 48.2082 N"


def file(name, size=1, reason=None):
    status = "quarantined" if reason else "clean"
    return Attachment(
        sha256=f"{name:064}",
        name=Personal("a.txt"),
        media_type="text/plain",
        size=size,
        status=status,
        reason=reason,
    )


def texts(count, size=1, start=0):
    return [
        ("attachments", (f"{n}.txt", b"%d " % n + b"x" * size)) for n in range(start, start + count)
    ]


async def more(desk, opened, files):
    """A message with files, by the status link of the complaint."""
    path, _, query = opened.json()["status_url"].removeprefix(PUBLIC_URL).partition("?")
    return await desk.ask("POST", f"{path}/messages?{query}", data={"text": "more"}, files=files)


async def opened_with(files):
    desk = Desk()
    answer = await desk.ask("POST", "/v1/complaints", data=COMPLAINT, files=files)
    assert answer.status_code == 202
    await desk.fold()
    return desk, answer


@pytest.mark.parametrize(
    ("first", "then", "slug"),
    [
        (texts(8), texts(3, start=20), "too_many_files"),
        (texts(3, 8 * MIB), texts(1, 2 * MIB, start=20), "files_too_large"),
    ],
)
async def test_a_message_that_brings_too_much_to_a_complaint_is_refused(first, then, slug):
    desk, opened = await opened_with(first)
    kept = len(desk.shelf.kept)

    answer = await more(desk, opened, then)

    assert (answer.status_code, answer.json()["slug"]) == (413, slug)
    assert len(desk.shelf.kept) == kept
    assert (await more(desk, opened, texts(1, start=40))).status_code == 202


async def test_messages_that_overtake_one_another_leave_the_surplus_held_back():
    desk, opened = await opened_with(texts(8))
    answers = [await more(desk, opened, texts(2, start=n)) for n in (20, 30)]
    await desk.fold()

    state = await desk.door.state(opened.json()["complaint_id"])

    assert [answer.status_code for answer in answers] == [202, 202]
    assert [f.reason for f in state.attachments] == [None] * 10


async def test_a_file_that_comes_again_takes_no_more_room():
    desk, opened = await opened_with(texts(10))

    assert (await more(desk, opened, texts(2))).status_code == 202
    assert (await more(desk, opened, texts(2, start=9))).status_code == 413


async def test_a_picture_that_lost_its_place_and_comes_again_takes_no_more_room():
    picture = [("attachments", ("p.jpg", PICTURE))]
    desk, opened = await opened_with([*texts(9), *picture])
    state = await desk.door.state(opened.json()["complaint_id"])
    held = state.attachments[-1]

    assert (await more(desk, opened, picture)).status_code == 202
    assert (await more(desk, opened, texts(1, start=9))).status_code == 413
    await desk.fold()
    state = await desk.door.state(opened.json()["complaint_id"])
    assert held.sha256 != held.came == hashlib.sha256(PICTURE).hexdigest()
    assert len(state.attachments) == 10


def test_the_same_bytes_count_once_and_what_was_held_back_not_at_all():
    held = [*map(file, range(9)), *(file(n, reason="too_many") for n in range(50, 60))]

    found = within(held, [file(3), file(20), file(21)])

    assert [f.reason for f in found] == [None, None, "too_many"]


def test_bytes_are_counted_over_all():
    held = [file(1, LIMITS.all_bytes - 10)]

    assert [f.reason for f in within(held, [file(2, 11), file(3, 10)])] == ["too_many", None]
