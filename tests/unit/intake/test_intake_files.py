"""What a file is and what it is called: found in its content, whatever its name says."""

import asyncio
import base64
import contextlib
import hashlib
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.attachments import Attachments, File
from services.intake.attachments.clamd import clamd
from services.intake.attachments.judging import judge
from services.intake.attachments.names import LONGEST_BYTES, display_name
from services.intake.attachments.types import allowed, type_of
from shared.errors import TransientError, UsageError
from tests.unit.intake.desk import Shelf

EICAR = base64.b64decode(
    "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo="
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (b"\xff\xd8\xff\xe1\0\x10Exif\0\0" + b"\0" * 20, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video/mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm"),
        (b"PK\x03\x04\x14\0\0\0\x08\0" + b"x" * 50, "application/zip"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0" + b"x" * 50, "application/zip"),
        (b"BMW is a car", "text/plain"),
        (b"MZ, my friend, has not paid", "text/plain"),
        ("Где мой депозит?".encode() * 2000, "text/plain"),
        (b"a,b\n1,2\n", "text/plain"),
        (b"<3 thanks", "text/plain"),
        (b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="x">', "image/svg+xml"),
        (b"<html><svg>", None),
        (b" \n<script>alert(1)</script>", None),
        (b"<!--x--><p onclick=a()>", None),
        (b'<?xml version="1.0"?><a/>', None),
        (b"MZ\x90\0\x03" + b"\0" * 80, None),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 50, None),
        (b"{\\rtf1\\ansi", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60, None),
        (b"Rar!\x1a\x07\x01\0", None),
        (b"plain \xff\xfe bytes", None),
        (b"\0\x01\x02", None),
    ],
)
def test_the_content_says_what_a_file_is(content, media_type):
    found = type_of(content)
    assert (found.media_type if found else None) == media_type


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange_to_judge(content):
    judged = judge(File("x.pdf", content))
    assert judged.fault or judged.media_type == "application/pdf"


@given(st.text(max_size=400))
def test_no_name_is_too_strange_to_show(name):
    shown = display_name(name, type_of(b"text"))

    assert 0 < len(shown.encode()) <= LONGEST_BYTES
    assert shown.rpartition(".")[2].lower() in allowed().of("text/plain").names
    assert not set(shown) & set('/\\<>:"|?*\r\n\0\u202e')
    assert display_name(shown, type_of(b"text")) == shown


@pytest.mark.parametrize(
    "name", ["con", "NUL.txt", "com1.tar.gz", "Lpt9", "aux.png.txt", "conin$", "COM¹"]
)
def test_a_name_of_a_device_is_changed(name):
    assert display_name(name, type_of(b"text")).startswith("_")


async def test_a_channel_keeps_what_breaks_a_rule_and_says_why():
    shelf = Shelf()
    attachments = Attachments(shelf, unscanned=True)
    large = allowed().limits.file_bytes + 1
    bad = (b"", b"x" * large, b"<html>", b"\x89PNG\r\n\x1a\n\0\0")
    files = [File("a.pdf", content) for content in bad]
    files += [File(f"{n}.txt", b"%d" % n) for n in range(9)]

    taken = await attachments.take("complaint", files)

    assert [file.reason for file in taken] == [
        "empty",
        "too_large",
        "type_not_allowed",
        "name_differs",
        *[None] * 7,
        *["too_many"] * 2,
    ]
    assert {file.status for file in taken[4:11]} == {"clean"}
    assert {file.status for file in (*taken[:4], *taken[11:])} == {"quarantined"}


async def test_no_bytes_are_kept_of_what_finds_no_room_but_what_it_was():
    shelf = Shelf()
    limits = allowed().limits
    whole = [File(f"{n}.txt", b"%d" % n + b"x" * (limits.file_bytes - 1)) for n in range(3)]
    large = File("large.txt", b"x" * (limits.file_bytes + 1))

    held = await Attachments(shelf, unscanned=True).take("complaint", whole[:2])
    taken = await Attachments(shelf, unscanned=True).take("complaint", [large, whole[2]], held)

    assert [file.reason for file in taken] == ["too_large", "too_many"]
    assert [file.size for file in taken] == [large.size, whole[2].size]
    assert taken[0].sha256 == hashlib.sha256(large.content).hexdigest()
    assert [file.name.text for file in taken] == ["large.txt", "2.txt"]
    assert {sha256 for _, _, sha256 in shelf.kept} == {file.sha256 for file in held}


async def test_what_is_of_a_kind_we_do_not_hand_out_is_kept_all_the_same():
    shelf = Shelf()
    (taken,) = await Attachments(shelf).take(
        "complaint", [File("winmail.dat", b"\x78\x9f\x3e\x22")]
    )

    assert (taken.status, taken.reason) == ("quarantined", "type_not_allowed")
    assert ("complaint", "attachment", taken.sha256) in shelf.kept


async def test_the_same_bytes_under_two_names_take_room_once():
    many = [File(f"{n}.txt", b"the same") for n in range(allowed().limits.files + 2)]
    taken = await Attachments(Shelf(), unscanned=True).take("complaint", many)

    assert {file.reason for file in taken} == {None}


async def answering(answer, wait_s=0.0):
    """A scanner that says `answer` to everything."""

    async def serve(reader, writer):
        await reader.readuntil(b"\0")
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            await reader.readexactly(length)
        await asyncio.sleep(wait_s)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, clamd(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: OK\0", "clean"),
        (b"stream: Eicar-Test-Signature FOUND\0", "malware"),
        (b"INSTREAM size limit exceeded. ERROR\0", "unscannable"),
        (b"stream: Heuristics.Limits.Exceeded ERROR\0", "unscannable"),
    ],
)
async def test_the_scanner_is_believed(answer, verdict):
    server, scanner = await answering(answer)
    async with server:
        assert await scanner.scan(b"x" * 300_000) == verdict


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"x" * 100_000 + b"\0",
        b"\0",
    ],
)
async def test_an_answer_that_says_neither_is_none(answer):
    server, scanner = await answering(answer)
    async with server:
        with pytest.raises(TransientError):
            await scanner.scan(b"x")


async def test_a_scanner_that_is_away_is_not_asked_again_at_once():
    server, scanner = await answering(b"")
    async with server:
        with pytest.raises(TransientError):
            await scanner.scan(b"x")
    started = asyncio.get_running_loop().time()
    with pytest.raises(TransientError):
        await scanner.scan(b"x")
    assert asyncio.get_running_loop().time() - started < 0.05


@pytest.mark.parametrize("answer", [b"x ERROR\0", b"x" * 100_000 + b"\0", b"what?\0"])
async def test_one_file_that_cannot_be_scanned_blinds_the_scanner_for_no_other(answer):
    server, scanner = await answering(answer)
    async with server:
        with contextlib.suppress(TransientError):
            await scanner.scan(b"x")
    server, other = await answering(b"stream: OK\0")
    scanner.port = other.port
    async with server:
        assert await scanner.scan(b"x") == "clean"


async def test_the_scanner_is_heard_that_answers_before_a_file_has_ended():
    async def serve(reader, writer):
        await reader.readuntil(b"\0")
        writer.write(b"INSTREAM size limit exceeded. ERROR\0")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    scanner = clamd(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        verdict = await Attachments(Shelf(), scanner).verdict(b"x" * 10_000_000)

    assert verdict == ("quarantined", "unscannable")


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:x"])
def test_an_address_of_no_scanner_is_refused_at_the_start(address):
    with pytest.raises(UsageError):
        clamd(address)


def test_no_address_is_no_scanner():
    assert clamd("") is None


@pytest.mark.clamd
@pytest.mark.skipif("REDRESS_CLAMAV" not in os.environ, reason="clamd: REDRESS_CLAMAV names none")
async def test_a_real_clamd_tells_the_test_virus_from_a_text():
    scanner = clamd(os.environ["REDRESS_CLAMAV"])
    assert await scanner.scan(b"paid " * 100_000) == "clean"
    assert await scanner.scan(EICAR) == "malware"
