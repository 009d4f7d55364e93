"""A multipart body as it streams in: slow, endless, too large, and gone when it is done."""

import asyncio
import gc
import tempfile
import tracemalloc

import pytest
from starlette.requests import Request

from shared.http.errors import ProblemError
from shared.http.multipart import posted
from shared.http.uploads import FormLimits

LIMITS = FormLimits(file_bytes=10 << 20, all_bytes=25 << 20, files=10)
FILE = b'--b\r\nContent-Disposition: form-data; name="attachments"; filename="a.txt"\r\n\r\n'


def request(chunks, media="multipart/form-data; boundary=b", wait_s=0.0):
    async def receive():
        await asyncio.sleep(wait_s)
        body = next(chunks, b"")
        return {"type": "http.request", "body": body, "more_body": body != b""}

    headers = [(b"content-type", media.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def read(chunks, within_s=10.0, **more):
    async with posted(request(iter(chunks), **more), LIMITS, within_s) as form:
        return form.fields, [(file.name, file.content) for file in form.files]


async def refused(chunks, **more):
    with pytest.raises(ProblemError) as caught:
        await read(chunks, **more)
    return caught.value.status_code, caught.value.slug


async def test_a_form_is_read_whole_however_it_is_cut():
    whole = (
        FILE
        + b"one\r\n--b\r\nContent-Disposition: form-data; name=text\r\n\r\n\xc3\xa9\r\n--b--\r\n"
    )
    wanted = {"text": "é"}, [("a.txt", b"one")]

    assert await read([whole]) == wanted
    assert await read([whole[at : at + 1] for at in range(len(whole))]) == wanted


async def test_a_body_that_trickles_is_given_up():
    endless = (FILE if n == 0 else b"x" for n in range(10**9))

    assert await refused(endless, within_s=0.2, wait_s=0.01) == (408, "body_too_slow")


async def test_a_large_body_has_the_time_that_its_bytes_take():
    chunks = [FILE, *[b"x" * 32768] * 15, b"\r\n--b--"]

    _, files = await read(chunks, within_s=0.5, wait_s=0.06)

    assert len(files[0][1]) == 15 * 32768


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (FILE.replace(b"form-data", b"attachment"), (400, "malformed_form")),
        (FILE.replace(b"name=", b"nome="), (400, "malformed_form")),
        (
            FILE.replace(b'a.txt"', b'a.txt"\r\nContent-Transfer-Encoding: base64'),
            (400, "malformed_form"),
        ),
        (b"--b\r\n\r\nx\r\n--b--", (400, "malformed_form")),
        (
            b'--b\r\nContent-Disposition: form-data; name="t"\r\n\r\n' + b"x" * 300_000,
            (413, "fields_too_large"),
        ),
    ],
)
async def test_a_part_that_is_none_is_refused(body, found):
    assert await refused([body, b"x\r\n--b--"]) == found


async def test_an_endless_file_is_refused_at_its_limit():
    taken = 0

    def endless():
        nonlocal taken
        yield FILE
        while True:
            taken += 1 << 16
            yield b"x" * (1 << 16)

    assert await refused(endless()) == (413, "file_too_large")
    assert taken <= LIMITS.file_bytes + (1 << 17)


async def test_sixty_four_uploads_at_once_stay_small_in_memory_and_leave_nothing_behind(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    chunk = b"x" * (1 << 16)

    def body():
        yield FILE
        yield from (chunk for _ in range(48))
        yield b"\r\n--b--"

    async def upload():
        async with posted(request(body()), LIMITS) as form:
            await asyncio.sleep(0.5)
            return form.files[0].size

    gc.collect()
    tracemalloc.start()
    sizes = await asyncio.gather(*(upload() for _ in range(64)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sum(sizes) == 64 * 3 * (1 << 20)
    assert peak < 32 << 20
    assert list(tmp_path.iterdir()) == []
