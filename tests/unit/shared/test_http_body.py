import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.http.body import decode, read_json
from shared.http.errors import ProblemError
from shared.http.problem import install

JSON = {"Content-Type": "application/json"}


def app(**limits):
    made = FastAPI()
    install(made)

    @made.post("/")
    async def echo(request: Request):
        return await read_json(request, **limits)

    return made


async def post(content, headers=JSON, **limits):
    transport = httpx.ASGITransport(app(**limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        return await client.post("/", content=content, headers=headers)


def problem_of(raw):
    with pytest.raises(ProblemError) as caught:
        decode(raw)
    return caught.value.status_code, caught.value.slug


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_a_route_may_take_more_fields_than_others():
    raw = b"{" + b",".join(b'"%d":1' % n for n in range(201)) + b"}"

    assert len(decode(raw, 201)) == 201


def test_an_object_is_decoded():
    assert decode(b'{"a": [1, 2.5, null, true, "\xc3\xa9"]}') == {"a": [1, 2.5, None, True, "é"]}


@pytest.mark.parametrize(
    ("raw", "status", "slug"),
    [
        (b"", 400, "empty_body"),
        (b"  \n", 400, "empty_body"),
        (b"not json", 400, "not_json"),
        (b'{"a": 1', 400, "not_json"),
        (b'{"a": "line\nbreak"}', 400, "not_json"),
        (b"[1]", 422, "not_an_object"),
        (b'"text"', 422, "not_an_object"),
        (b"17", 422, "not_an_object"),
        (nested(10_000), 400, "too_deep"),
        (b"[" * 10_000, 400, "too_deep"),
        (nested(21), 400, "too_deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", 422, "number_too_large"),
        (b'{"a": -' + b"9" * 5000 + b"}", 422, "number_too_large"),
        (b'{"a": 9223372036854775808}', 422, "number_too_large"),
        (b'{"a": 1e999}', 422, "number_too_large"),
        (b'{"a": NaN}', 422, "not_a_number"),
        (b'{"a": -Infinity}', 422, "not_a_number"),
        (b'{"a": 1, "a": 1}', 400, "duplicate_key"),
        (b'{"b": {"a": 1, "a": 2}}', 400, "duplicate_key"),
        (b'\xef\xbb\xbf{"a": 1}', 400, "not_json"),
        (b'{"a": "\xff"}', 400, "not_json"),
        ('{"a": 1}'.encode("utf-16"), 400, "not_json"),
        (b'{"a": "\\ud800"}', 400, "lone_surrogate"),
        (b'{"\\udfff": 1}', 400, "lone_surrogate"),
        (b'{"a": "x\\u0000"}', 422, "forbidden_character"),
        (b'{"a\\u0000": 1}', 422, "forbidden_character"),
        (b'{"$where": 1}', 422, "forbidden_character"),
        (b'{"a": {"b.c": 1}}', 422, "forbidden_character"),
        (b'{"a": "' + b"x" * 20_001 + b'"}', 422, "text_too_long"),
        (b'{"a": ["' + b"x" * 20_001 + b'"]}', 422, "text_too_long"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(201)) + b"}", 422, "too_many_fields"),
    ],
)
def test_a_bad_body_is_a_problem(raw, status, slug):
    assert problem_of(raw) == (status, slug)


@pytest.mark.parametrize(
    "raw",
    [
        nested(20),
        b'{"a": 9223372036854775807, "b": -9223372036854775808}',
        b'{"a": "' + b"x" * 20_000 + b'"}',
        b"{" + b",".join(b'"%d":1' % n for n in range(200)) + b"}",
        b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[["}',
        b'{"a": "\\ud83d\\ude00 $x a.b"}',
    ],
)
def test_a_body_at_the_limits_is_read(raw):
    assert decode(raw)


@pytest.mark.parametrize(
    "raw", [b'"' + b'\\"' * 500_000, b'\\"' * 500_000 + b"\\", b"[]" * 500_000]
)
def test_a_hostile_megabyte_is_refused_in_linear_time(raw):
    assert problem_of(raw) == (400, "not_json")


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/json; charset=utf-7",
        "application/json; charset=latin-1",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "",
    ],
)
async def test_another_media_type_is_refused(media):
    assert (await post(b"{}", {"Content-Type": media})).status_code == 415


async def test_a_missing_media_type_is_refused():
    assert (await post(b"{}", {})).status_code == 415


@pytest.mark.parametrize(
    "media",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
async def test_json_in_utf_8_is_read(media):
    assert (await post(b'{"a": 1}', {"Content-Type": media})).json() == {"a": 1}


async def test_a_compressed_body_is_refused():
    answer = await post(b"{}", {**JSON, "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["slug"]) == (415, "compressed")


async def test_a_body_over_the_limit_is_refused_while_it_streams():
    async def endless():
        while True:
            yield b" " * 1000

    answer = await post(endless(), limit=10_000)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


async def test_a_body_of_exactly_the_limit_is_read():
    assert (await post(b"{}" + b" " * 98, limit=100)).status_code == 200
    assert (await post(b"{}" + b" " * 99, limit=100)).status_code == 413


async def test_a_slow_body_is_given_up():
    async def trickle():
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    answer = await post(trickle(), within_s=0.1)
    assert (answer.status_code, answer.json()["slug"]) == (408, "body_too_slow")


async def test_a_problem_never_repeats_what_was_sent():
    answer = await post(b'{"canary-7261": NaN}')
    assert answer.headers["content-type"] == "application/problem+json"
    assert "canary" not in answer.text
