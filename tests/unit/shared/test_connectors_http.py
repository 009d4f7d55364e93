"""The rules of every outside call, against a small server that answers by a script."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import TypeAdapter

from shared.connectors.http import Refused, Remote, segment
from shared.errors import TransientError

NUMBER = TypeAdapter(int)


class Scripted(httpx.AsyncBaseTransport):
    """A server that gives its answers in turn; an exception is raised, a number is slept."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    async def handle_async_request(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return httpx.Response(200, content=b"1")
        return answer


def remote(script, limit=5.0):
    return Remote(httpx.AsyncClient(transport=script), "http://server/", limit=limit)


async def test_an_answer_is_decoded():
    assert await remote(Scripted(httpx.Response(200, content=b"7"))).get("/n", NUMBER) == 7


async def test_a_look_up_of_what_is_not_there_is_none():
    assert await remote(Scripted(httpx.Response(404))).get("/n", NUMBER) is None


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("away"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(429),
        httpx.Response(401),
        httpx.Response(302, headers={"location": "http://elsewhere/"}),
    ],
)
async def test_a_passing_fault_is_tried_again(fault):
    script = Scripted(fault, fault, httpx.Response(200, content=b"7"))

    assert await remote(script).get("/n", NUMBER) == 7


async def test_three_failed_tries_are_all():
    script = Scripted(*[httpx.Response(503)] * 9)

    with pytest.raises(TransientError):
        await remote(script).get("/n", NUMBER)

    assert len(script.requests) == 3


async def test_an_action_is_repeated_under_the_same_key():
    script = Scripted(httpx.ReadTimeout("slow"), httpx.Response(200, content=b"7"))

    await remote(script).post("/act", {"a": 1}, NUMBER, key="k-1")

    assert [r.headers["idempotency-key"] for r in script.requests] == ["k-1", "k-1"]
    assert [r.content for r in script.requests] == [b'{"a":1}'] * 2


async def test_a_server_that_hangs_costs_no_more_than_the_limit():
    started = time.monotonic()

    with pytest.raises(TransientError):
        await remote(Scripted(30.0), limit=0.2).get("/n", NUMBER)

    assert time.monotonic() - started < 1


async def test_the_limit_holds_over_all_tries():
    started = time.monotonic()

    with pytest.raises(TransientError):
        await remote(Scripted(0.25, *[httpx.Response(503)] * 9), limit=0.2).get("/n", NUMBER)

    assert time.monotonic() - started < 1


async def test_a_body_that_trickles_ends_at_the_limit():
    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.02)
                yield b" "

    with pytest.raises(TransientError):
        await remote(Scripted(httpx.Response(200, stream=Trickle())), limit=0.2).get("/n", NUMBER)


@pytest.mark.parametrize("body", [b"", b"<html>", b'"text"', b'{"a": 1}'])
async def test_an_answer_that_cannot_be_decoded_is_a_passing_fault(body):
    with pytest.raises(TransientError) as caught:
        await remote(Scripted(httpx.Response(200, content=body))).get("/n", NUMBER)

    assert caught.value.__cause__ is None


async def test_a_refusal_carries_the_slug_of_the_problem():
    answer = httpx.Response(409, json={"slug": "already_credited", "title": "Conflict"})
    script = Scripted(answer)

    with pytest.raises(Refused) as caught:
        await remote(script).post("/act", {}, NUMBER, key="k")

    assert caught.value.slug == "already_credited"
    assert len(script.requests) == 1


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b'{"slug": 5}', b'{"slug": "Mr Jones"}'])
async def test_a_refusal_without_a_slug_is_known_by_its_status(body):
    with pytest.raises(Refused) as caught:
        await remote(Scripted(httpx.Response(422, content=body))).post("/act", {}, NUMBER)

    assert caught.value.slug == "http_422"


async def test_an_id_too_long_for_a_url_is_refused():
    with pytest.raises(Refused):
        await remote(Scripted()).get("/n/" + segment("x" * 100_000), NUMBER)


@pytest.mark.parametrize("text", ["..", ".", "a/b", "a?b", "a#b", "a b", "ü", "\x00", "%2e"])
async def test_any_text_is_one_segment(text):
    script = Scripted(httpx.Response(200, content=b"7"))

    await remote(script).get(f"/n/{segment(text)}/end", NUMBER)

    raw = script.requests[0].url.raw_path
    assert raw.count(b"/") == 3
    assert script.requests[0].url.path == f"/n/{text}/end"
