import asyncio

import pytest

from shared.http import limits as module
from shared.http.limits import Limits


class Served:
    """An app behind the limits, called as a server would call it."""

    def __init__(self, chunks=(b"",), **limits):
        self.messages = [
            {"type": "http.request", "body": chunk, "more_body": n < len(chunks) - 1}
            for n, chunk in enumerate(chunks)
        ]
        self.sent = []
        self.reads_body = False
        self.served = False
        self.limits = Limits(self.app, **limits)

    async def app(self, _, receive, send):
        self.served = True
        while self.reads_body and (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def __call__(self, headers=(), raw_path=b"/"):
        scope = {
            "type": "http",
            "method": "POST",
            "path": raw_path.decode(),
            "raw_path": raw_path,
            "query_string": b"",
            "headers": list(headers),
        }

        async def receive():
            return self.messages.pop(0)

        async def send(message):
            self.sent.append(message)

        await self.limits(scope, receive, send)
        return self.sent[0]["status"]

    @property
    def closes(self):
        return (b"connection", b"close") in self.sent[0]["headers"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"host", b"a"), (b"host", b"b")], 400),
        ([(b"content-length", b"1"), (b"content-length", b"2")], 400),
        ([(b"content-length", b"1"), (b"transfer-encoding", b"chunked")], 400),
        ([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")], 400),
        ([(b"idempotency-key", b"a"), (b"idempotency-key", b"b")], 400),
        ([(b"content-length", b"-1")], 400),
        ([(b"content-length", b"ten")], 400),
        ([(b"content-length", b"1048577")], 413),
        ([(b"content-length", b"9" * 5000)], 413),
        ([(b"x-long", b"x" * 16_384)], 431),
        ([(b"x-%d" % n, b"x" * 100) for n in range(200)], 431),
    ],
)
async def test_headers_that_could_be_read_in_two_ways_or_are_too_much_are_refused(headers, status):
    served = Served()
    assert await served(headers) == status
    assert not served.served


async def test_a_form_with_files_may_be_larger_than_any_other_body():
    form = (b"content-type", b"multipart/form-data; boundary=b")
    assert await Served()([form, (b"content-length", b"%d" % (26 << 20))]) == 200
    assert await Served()([form, (b"content-length", b"%d" % ((26 << 20) + 1))]) == 413


@pytest.mark.parametrize(
    "path", [b"//v1/complaints", b"/v1/%2e%2e/x", b"/v1/a%2Fb", b"/v1/a%5cb", b"/v1\\complaints"]
)
async def test_a_path_that_two_servers_could_read_differently_leads_nowhere(path):
    served = Served()
    assert await served(raw_path=path) == 404
    assert not served.served


async def test_a_path_too_long_is_refused():
    served = Served()
    assert await served(raw_path=b"/" + b"a" * 16_384) == 414
    assert not served.served


async def test_a_plain_request_is_served_and_keeps_its_connection():
    served = Served([b"12345"])
    served.reads_body = True
    assert await served([(b"host", b"a"), (b"content-length", b"5")]) == 200
    assert not served.closes


async def test_a_body_nobody_read_ends_its_connection():
    served = Served([b"1", b"2", b"3"])
    assert await served([(b"transfer-encoding", b"chunked")]) == 200
    assert served.closes


async def test_a_request_without_a_body_keeps_its_connection():
    served = Served()
    assert await served([(b"host", b"a")]) == 200
    assert not served.closes


async def test_a_chunked_body_is_counted_as_it_comes():
    served = Served([b"x" * 60, b"x" * 60, b""], body_bytes=100)
    served.reads_body = True
    with pytest.raises(Exception, match="Large"):
        await served([(b"transfer-encoding", b"chunked")])


async def test_other_protocols_pass_untouched():
    seen = []

    async def app(scope, *_):
        seen.append(scope["type"])

    await Limits(app)({"type": "lifespan"}, None, None)
    assert seen == ["lifespan"]


class Slow:
    """An app that answers when it is told to, and the limits in front of it."""

    def __init__(self):
        self.told = asyncio.Event()
        self.limits = Limits(self.app)

    async def app(self, _, __, send):
        await self.told.wait()
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(self, method="POST"):
        sent = []
        scope = {"type": "http", "method": method, "query_string": b"", "headers": []}

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.limits(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"])


async def test_a_burst_is_told_to_come_back_instead_of_waiting_in_line():
    door = Slow()
    served = [asyncio.create_task(door.ask()) for _ in range(module.WRITES_AT_ONCE)]
    await asyncio.sleep(0)

    status, headers = await door.ask()
    assert (status, headers[b"retry-after"]) == (429, b"1")

    reading = asyncio.create_task(door.ask("GET"))
    door.told.set()
    assert {status for status, _ in await asyncio.gather(*served, reading)} == {202}
    assert (await door.ask())[0] == 202
