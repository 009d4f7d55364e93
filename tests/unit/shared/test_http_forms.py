"""A form is read within its time, and holds no text that no field may hold."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.http.forms import read_form
from shared.http.problem import install

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


async def post(content, headers=URLENCODED, within_s=5.0):
    made = FastAPI()
    install(made)

    @made.post("/")
    async def echo(request: Request):
        form = await read_form(request, most_fields=3, within_s=within_s)
        return {name: form.getlist(name) for name in form}

    transport = httpx.ASGITransport(made)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        return await client.post("/", content=content, headers=headers)


async def drip(raw):
    for number in range(len(raw)):
        yield raw[number : number + 1]
        await asyncio.sleep(0.05)


def part(text):
    return b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + text + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("content", "headers"), [(b"a=1&b=two+words&a=%C3%A9", URLENCODED), (part(b"1"), MULTIPART)]
)
async def test_a_form_is_read_with_its_repeated_fields(content, headers):
    said = (await post(content, headers)).json()

    assert said in ({"a": ["1", "é"], "b": ["two words"]}, {"a": ["1"]})


@pytest.mark.parametrize(
    ("content", "headers"), [(b"a=" + b"x" * 60, URLENCODED), (part(b"x" * 60), MULTIPART)]
)
async def test_a_form_of_one_byte_at_a_time_gets_408(content, headers):
    answer = await post(drip(content), headers, within_s=0.3)

    assert answer.status_code == 408
    assert answer.json()["type"].endswith("body_too_slow")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"a=nul%00inside", URLENCODED, 422),
        (b"a=1&a=nul%00inside", URLENCODED, 422),
        (b"na%00me=1", URLENCODED, 422),
        (b"%24where=1", URLENCODED, 422),
        (b"a=" + b"x" * 20_001, URLENCODED, 422),
        (b"a=1&b=2&c=3&d=4", URLENCODED, 400),
        (part(b"nul\0inside"), MULTIPART, 422),
    ],
)
async def test_a_form_with_what_no_field_may_hold_is_refused(content, headers, status):
    assert (await post(content, headers)).status_code == status
