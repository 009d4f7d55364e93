"""A JSON body, read within limits and decoded without surprises."""

import asyncio
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from starlette.requests import Request

from shared.http.errors import ProblemError
from shared.http.limits import BODY_BYTES

READ_WITHIN_S = 10.0
DEPTH = 20
FIELDS = 200
STRING = 20_000
INTEGER_LIMIT = 2**63
INTEGER_DIGITS = 20
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_SURROGATE = re.compile("[\ud800-\udfff]")


async def read_json(
    request: Request, limit: int = BODY_BYTES, within_s: float = READ_WITHIN_S
) -> dict[str, Any]:
    """The object that the body is. Raises ProblemError 400, 408, 413, 415 or 422."""
    return decode(await read_bytes(request, limit, within_s))


async def read_bytes(
    request: Request, limit: int = BODY_BYTES, within_s: float = READ_WITHIN_S
) -> bytes:
    """A JSON body as it came, for what is signed. Raises ProblemError 408, 413 or 415."""
    _check_headers(request)
    return await _read(request, limit, within_s)


def decode(raw: bytes, fields: int = FIELDS) -> dict[str, Any]:
    """Decode one JSON object (RFC 8259, I-JSON's rules) of at most so many `fields` in all.

    Raises ProblemError 400 or 422.
    """
    if not raw.strip():
        raise ProblemError(400, "empty_body")
    if _depth(raw) > DEPTH:
        raise ProblemError(400, "too_deep")
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except ValueError as error:  # not UTF-8, or not JSON: both are ValueErrors
        raise ProblemError(400, "not_json") from error
    if not isinstance(value, dict):
        raise ProblemError(422, "not_an_object")
    check_values(value, fields)
    return value


def _check_headers(request: Request) -> None:
    media, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = [p.strip() for p in parameters if p.strip().startswith("charset")]
    if media.strip() != "application/json" or any(
        c not in ("charset=utf-8", 'charset="utf-8"') for c in charsets
    ):
        raise ProblemError(415, "not_json_utf8", "Send application/json in UTF-8.")
    refuse_compressed(request)


def refuse_compressed(request: Request) -> None:
    """Refuse a body that would have to be unpacked first. Raises ProblemError 415."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError(415, "compressed", "Send the body as it is.")


async def _read(request: Request, limit: int, within_s: float) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise ProblemError(413, "body_too_large")
    except TimeoutError as error:
        raise ProblemError(408, "body_too_slow") from error
    return bytes(body)


def _depth(raw: bytes) -> int:
    """How deep the brackets go, up to one beyond what is allowed."""
    depth = deepest = 0
    for sign in _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > DEPTH:
            break
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ProblemError(400, "duplicate_key")
    return found


def _no_constant(_: str) -> NoReturn:
    raise ProblemError(422, "not_a_number")


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= INTEGER_DIGITS else INTEGER_LIMIT
    if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        raise ProblemError(422, "number_too_large")
    return value


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ProblemError(422, "number_too_large")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_no_constant,
    parse_int=_integer,
    parse_float=_fraction,
)


def check_values(value: dict[str, Any], most: int = FIELDS) -> None:
    """Refuse text and names that no field may hold. Raises ProblemError 400 or 422."""
    fields = 0
    for is_name, text in _texts(value):
        fields += is_name
        if fields > most:
            raise ProblemError(422, "too_many_fields")
        if _SURROGATE.search(text):
            raise ProblemError(400, "lone_surrogate")
        if len(text) > STRING:
            raise ProblemError(422, "text_too_long")
        if "\0" in text or (is_name and (text.startswith("$") or "." in text)):
            raise ProblemError(422, "forbidden_character")


def _texts(value: object) -> Iterator[tuple[bool, str]]:
    """Every string in a value, and whether it is a field's name; depth is bounded by now."""
    if isinstance(value, str):
        yield False, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield True, name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
