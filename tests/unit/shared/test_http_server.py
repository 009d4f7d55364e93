"""The border behind the real HTTP server, spoken to byte by byte."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI, Request

from shared.http.body import read_json
from shared.http.problem import install
from shared.http.protocol import ProblemProtocol

HEAD = b"POST /echo HTTP/1.1\r\nHost: redress\r\nContent-Type: application/json\r\n"


def app():
    made = FastAPI()
    install(made)

    @made.post("/echo")
    async def echo(request: Request):
        return await read_json(request, within_s=0.3)

    return made


@asynccontextmanager
async def served():
    """The app on a free port of the loopback; yields the port."""
    config = uvicorn.Config(
        app(), http=ProblemProtocol, log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def spoken(request, *, more=b"", every=0.0, limit=10_000):
    """Send bytes, then `more` again and again; returns all that came back until the end."""
    async with served() as port, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        sending = asyncio.create_task(_repeat(writer, more, every, limit))
        head = await reader.readuntil(b"\r\n\r\n")
        sending.cancel()  # what is written to a closed connection resets it, unread bytes and all
        answer = head + await reader.read()
        writer.close()
    return answer


async def _repeat(writer, more, every, limit):
    for _ in range(limit if more else 0):
        try:
            writer.write(more)
            await writer.drain()
        except ConnectionError:
            return
        await asyncio.sleep(every)


def status(answer):
    return int(answer.split(b" ", 2)[1])


async def test_an_endless_body_to_an_unknown_route_is_cut_off_too():
    head = HEAD.replace(b"/echo", b"/nowhere") + b"Transfer-Encoding: chunked\r\n\r\n"
    assert status(await spoken(head + b"1\r\nx\r\n")) == 404


async def test_a_body_shorter_than_it_says_is_waited_for_only_so_long():
    assert status(await spoken(HEAD + b"Content-Length: 100\r\n\r\n{}")) == 408


async def test_a_slow_body_is_given_up():
    answer = await spoken(HEAD + b"Content-Length: 1000\r\n\r\n{", more=b" ", every=0.1, limit=3)
    assert status(answer) == 408


async def test_what_is_not_http_is_a_problem_and_never_repeated():
    answer = await spoken(b"canary-7261 \x00\r\n\r\n")
    head, body = answer.split(b"\r\n\r\n")
    assert status(answer) == 400
    assert b"content-type: application/problem+json" in head.lower()
    assert json.loads(body)["slug"] == "malformed_request"
    assert b"canary" not in answer


async def test_a_refused_body_is_read_on_so_that_its_sender_sees_the_answer():
    body = b"x" * 3_000_000
    async with served() as port, httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{port}/echo"
        answers = [(await client.post(url, content=body)).status_code for _ in range(5)]
    assert answers == [413] * 5


async def test_an_endless_body_is_not_read_on_for_ever():
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    async with served() as port, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        await _repeat(writer, chunk, every=0.0, limit=10_000)
        assert writer.is_closing() or reader.at_eof() or reader.exception()
