"""The gateway between two real HTTP services."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from shared.http.errors import ProblemError
from shared.http.problem import guard
from shared.local.gateway import create_app
from shared.pipeline import SERVICES
from tests.serving import served

PATH = "/v1/complaints/7?token=a%2Fb"


def echo(name: str) -> Starlette:
    """A service that tells what reached it; `/events` sends two events a second apart."""

    async def tell(request: Request) -> JSONResponse:
        body = await request.body()
        told = {
            "service": name,
            "method": request.method,
            "target": request.scope["raw_path"].decode() + "?" + request.url.query,
            "headers": dict(request.headers),
            "size": len(body),
        }
        return JSONResponse(told, 202, {"Connection": "x-hop", "X-Hop": "1", "X-End": "1"})

    async def events(_request: Request) -> StreamingResponse:
        return StreamingResponse(ticks(), media_type="text/event-stream")

    async def early(_request: Request) -> JSONResponse:
        raise ProblemError(415, "not_json_utf8")

    routes = [
        Route("/events", events),
        Route("/early", early, methods=["POST"]),
        Route("/{path:path}", tell, methods=["GET", "POST"]),
    ]
    app = Starlette(routes=routes)
    guard(app)
    return app


async def ticks() -> AsyncIterator[str]:
    yield "data: first\n\n"
    await asyncio.sleep(1)
    yield "data: second\n\n"


@pytest.fixture
async def client(monkeypatch) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        served(echo("intake")) as intake,
        served(echo("triage")) as triage,
        served(echo("investigation")) as investigation,
        served(echo("resolution")) as resolution,
        served(echo("notify")) as notify,
    ):
        urls = (intake, triage, investigation, resolution, notify)
        for name, url in zip(SERVICES, urls, strict=True):
            monkeypatch.setenv(f"REDRESS_{name.upper()}_URL", url)
        async with (
            served(create_app()) as gateway,
            httpx.AsyncClient(base_url=gateway, trust_env=False) as client,
        ):
            yield client


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/v1/complaints", "intake"),
        ("POST", "/v1/complaints/7/messages", "intake"),
        ("GET", "/v1/complaints/7", "notify"),
        ("GET", "/", "notify"),
        ("POST", "/v1/complaintsandmore", "notify"),
        ("POST", "/v1/cases/7/reply", "notify"),
        ("GET", "/complain", "intake"),
        ("POST", "/complain", "intake"),
        ("GET", "/staff/calls", "intake"),
        ("POST", "/staff/calls", "intake"),
        ("GET", "/staff", "notify"),
        ("GET", "/cases", "triage"),
        ("GET", "/cases/7", "notify"),
        ("POST", "/staff/triage/next", "triage"),
        ("GET", "/staff/verification/cases/7", "intake"),
        ("POST", "/staff/resolution/cases/7/approve", "resolution"),
        ("POST", "/staff/notify/cases/7/message", "notify"),
        ("GET", "/complaints/7", "notify"),
        ("GET", "/check/deposit", "investigation"),
        ("POST", "/check/deposit", "investigation"),
        ("GET", "/checkout", "notify"),
    ],
)
async def test_each_address_goes_to_the_service_that_answers_it(client, method, path, service):
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["service"]) == (202, service)


async def test_the_path_the_query_and_a_large_body_arrive_as_they_were_sent(client):
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    told = (await client.post(PATH, content=parts())).json()

    assert (told["target"], told["size"]) == (PATH, 1_000_000)


async def endless(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 10_000):
        yield b"x" * 10_000


def is_problem(answer: httpx.Response, status: int) -> bool:
    media = answer.headers["content-type"]
    return (answer.status_code, media) == (status, "application/problem+json")


@pytest.mark.parametrize("content", [b"x" * 3_000_000, endless(3_000_000)])
async def test_a_body_beyond_what_services_read_is_a_413_problem(client, content):
    answer = await client.post("/v1/complaints", content=content)

    assert is_problem(answer, 413)
    assert "retry-after" not in answer.headers


async def test_an_answer_given_before_the_body_was_read_is_passed_on(client):
    answer = await client.post("/early", content=b"x" * 1_000_000)

    assert is_problem(answer, 415)


async def test_a_body_of_two_lengths_is_a_400_problem(client):
    headers = {"Content-Length": "5", "Transfer-Encoding": "chunked"}

    assert is_problem(await client.post("/v1/complaints", content=b"12345", headers=headers), 400)


@pytest.mark.parametrize("target", [b"/#a", b"/a?b#c"])
async def test_an_address_with_a_fragment_is_a_400_problem(client, target):
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


async def test_a_path_too_long_to_pass_on_is_a_414_problem(client):
    async with asyncio.timeout(5):
        port = client.base_url.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in answer


async def test_an_answer_has_one_date(client):
    answer = await client.get("/")

    assert len(answer.headers.get_list("date", split_commas=False)) == 1


async def test_an_unknown_method_is_a_405_problem(client):
    assert is_problem(await client.request("BREW", "/"), 405)


async def test_headers_of_one_hop_stay_on_it_and_no_others_are_made_up(client):
    sent = {"Connection": "x-secret", "X-Secret": "1", "X-Kept": "2", "X-Forwarded-For": "6.6.6.6"}
    answer = await client.get("/", headers=sent)
    got = answer.json()["headers"]

    assert got["x-kept"] == "2"
    assert got["x-forwarded-for"] == "127.0.0.1"
    assert "x-secret" not in got
    assert answer.headers["x-end"] == "1"
    assert "x-hop" not in answer.headers


async def test_a_get_without_a_body_stays_one(client):
    got = (await client.get("/")).json()["headers"]

    assert not {"content-length", "transfer-encoding"} & set(got)


async def test_each_event_of_a_stream_is_passed_on_at_once(client):
    start = time.monotonic()
    async with client.stream("GET", "/events") as answer:
        lines = answer.aiter_lines()

        assert await anext(lines) == "data: first"
        assert time.monotonic() - start < 0.7


async def test_a_service_that_is_away_is_a_502_problem(monkeypatch):
    for name in SERVICES:
        monkeypatch.setenv(f"REDRESS_{name.upper()}_URL", "http://127.0.0.1:9")
    async with served(create_app()) as gateway, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{gateway}/<script>")

    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["status"] == 502
    assert "script" not in answer.text
