"""What carries requests to other servers, against real sockets: httpx's ways must hold."""

import asyncio
import gzip
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.connectors.transport import Transport, http_client
from tests.serving import free_port

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@asynccontextmanager
async def answering(*answers, asked=None):
    """A server that reads a request's head and sends the next answer; None closes at once."""
    left = list(answers)

    async def answer(reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if asked is not None:
                    asked.append(head.decode())
                if (there := left.pop(0)) is None:
                    break
                writer.write(there)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, http_client() as client:
        yield client, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def whole(body, head=HEAD):
    return head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


async def test_what_was_escaped_stays_escaped():
    asked = []
    async with answering(whole(b"1"), asked=asked) as (client, url):
        await client.get(f"{url}/v1/accounts/%2E%2E%2Fx/deposits?q=a%2Bb%20c&from=2026-01-01")

    [request] = asked
    assert request.startswith(
        "GET /v1/accounts/%2E%2E%2Fx/deposits?q=a%2Bb%20c&from=2026-01-01 HTTP/1.1\r\n"
    )


async def test_a_body_and_its_headers_arrive_once():
    asked = []
    async with answering(whole(b"{}"), asked=asked) as (client, url):
        answer = await client.post(url, json={"a": "1"}, headers={"Idempotency-Key": "k"})

    lines = [line.lower() for line in asked[0].split("\r\n")]
    assert answer.json() == {}
    for name in ("host", "content-length", "content-type", "user-agent", "idempotency-key"):
        assert len([line for line in lines if line.startswith(f"{name}:")]) == 1, name


async def test_a_redirect_is_an_answer():
    asked = []
    away = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with answering(away, asked=asked) as (client, url):
        answer = await client.get(url)

    assert (answer.status_code, answer.headers["location"], len(asked)) == (302, "/elsewhere", 1)


async def test_a_packed_answer_is_unpacked_once():
    packed = whole(gzip.compress(b"plain"), HEAD + b"Content-Encoding: gzip\r\n")
    async with answering(packed) as (client, url):
        assert (await client.get(url)).text == "plain"


async def test_connections_are_kept_for_the_next_call():
    async with answering(whole(b"1"), whole(b"2")) as (client, url):
        assert [(await client.get(url)).text for _ in "12"] == ["1", "2"]


async def test_no_answer_at_all_is_a_fault_of_the_transport():
    async with answering(None, None) as (client, url):
        with pytest.raises(httpx.TransportError):
            await client.post(url, content=b"x")


async def test_half_an_answer_is_a_fault_of_the_transport():
    half = HEAD + b"Content-Length: 100\r\n\r\nhalf"
    async with answering(half, None) as (client, url):
        waiting = asyncio.create_task(client.get(url, timeout=0.3))
        with pytest.raises(httpx.TransportError):
            await waiting


async def test_nobody_there_is_a_connect_error():
    async with http_client() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{free_port()}/")


async def test_a_silent_server_is_waited_for_as_long_as_was_said():
    async with answering(b"") as (client, url):
        with pytest.raises(httpx.TimeoutException):
            await client.get(url, timeout=0.1)


async def test_what_is_no_header_is_never_sent():
    asked = []
    async with answering(asked=asked) as (client, url):
        with pytest.raises(httpx.LocalProtocolError):
            await client.get(url, headers={"X-A": "a\r\nX-B: b"})

    assert asked == []


async def test_what_is_not_read_to_its_end_costs_its_connection_alone():
    async with answering(whole(b"x" * 200_000), whole(b"2")) as (client, url):
        async with client.stream("GET", url) as answer:
            async for _ in answer.aiter_bytes(10):
                break
        assert (await client.get(url)).text == "2"


async def test_a_transport_that_was_closed_says_so_as_httpx_would():
    transport = Transport()
    async with (
        answering(whole(b"1")) as (_, url),
        httpx.AsyncClient(transport=transport, trust_env=False) as client,
    ):
        await client.get(url)
        await transport.aclose()
        with pytest.raises(httpx.TransportError):
            await client.get(url)
