"""Bodies over HTTP: rows 1 to 30, and 44 and 45."""

from __future__ import annotations

import gzip
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.intake.bad_inputs.place import CANARY, Place, said
from tests.integration.intake.bad_inputs.table import Row

COMPLAINTS = "/v1/complaints"
RAW = f'{{"subject": "Deposit", "description": "{CANARY}", %s}}'
JSON = "application/json"
ONE = {"complaints": 1}
HEAD = f"POST {COMPLAINTS} HTTP/1.1\r\nHost: redress\r\nContent-Type: {JSON}\r\n".encode()


def complaint(**fields: Any) -> dict[str, Any]:
    """A good complaint, never the same twice."""
    words = {"subject": "Deposit", "description": f"{CANARY} {uuid.uuid4()}"}
    return {**words, "contact_email": "mia@example.com", **fields}


def body(words: str, content: bytes | str, status: int, slug: str, media: str | None = JSON) -> Row:
    """A whole body as it is sent."""

    async def ask(place: Place) -> dict[str, Any]:
        headers = {"Content-Type": media} if media else {}
        if slug == "compressed":
            headers["Content-Encoding"] = "gzip"
        return said(await place.ask("POST", COMPLAINTS, content=content, headers=headers))

    return Row(words, ask, {"status": status, "slug": slug})


def field(words: str, name: str, value: Any, shown: str | None = None) -> Row:
    """One bad field in a good complaint: it is named, its value is not repeated."""

    async def ask(place: Place) -> dict[str, Any]:
        sent = complaint(**{name: value})
        if value is None:
            del sent[name]
        answer = await place.ask("POST", COMPLAINTS, json=sent)
        repeatable = not isinstance(value, str) or not value.strip() or value in ("-0", "NaN")
        assert repeatable or value not in answer.text
        return said(answer)

    fault = {"status": 422, "slug": "invalid_request", "fields": [shown or name]}
    return Row(words, ask, fault)


def kept(words: str, name: str, value: str, spelled: str | None = None) -> Row:
    """A strange text that is somebody's right: it is stored as it came."""

    async def ask(place: Place) -> dict[str, Any]:
        answer = await place.ask("POST", COMPLAINTS, json=complaint(**{name: value}))
        (event,) = await place.came()
        facts = {"contact_email": "contact"}.get(name, name)
        found = getattr(event.data.facts, facts)
        return {**said(answer), **ONE, "stored": getattr(found, "text", found)}

    return Row(words, ask, {"status": 202, "stored": spelled or value, **ONE})


def bytes_(words: str, request: bytes, status: int, *, slow: bool = False) -> Row:
    """What only a connection of its own can say."""

    async def ask(place: Place) -> dict[str, Any]:
        answer = await place.spoken(request)
        assert CANARY.encode() not in answer
        return {"status": int(answer.split(b" ", 2)[1])}

    return Row(words, ask, {"status": status}, slow)


def clock(words: str, minutes: int, answer: dict[str, Any]) -> Row:
    """A time by a clock that differs from ours."""

    async def ask(place: Place) -> dict[str, Any]:
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        sent = complaint(occurred_at=at.isoformat())
        return said(await place.ask("POST", COMPLAINTS, json=sent))

    return Row(words, ask, answer)


async def _slow(place: Place) -> dict[str, Any]:
    """A byte now and then: the answer comes long before the body's end."""
    head = HEAD + b"Content-Length: 1000\r\n\r\n"
    answer = await place.spoken(head + b"{", more=b" ", every_s=1.0)
    return {"status": int(answer.split(b" ", 2)[1])}


async def _endless(place: Place) -> dict[str, Any]:
    """Chunks without an end, only until the limit answers."""
    chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
    chunks = chunk * ((1 << 20) // 0x1000 + 1)
    answer = await place.spoken(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    return {"status": int(answer.split(b" ", 2)[1])}


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


SHORT = b'{"subject": "%b"' % CANARY.encode()
AMOUNTS = ("1,00", "-0", "1e400", "NaN", "0." + "1" * 30, "\u0661", "1\n")
TIMES = (
    *("0000-00-00", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00"),
    *("2026-01-01T00:00:00+99:99", "0001-01-01T00:00:00+23:59", "2026-02-30T00:00:00Z"),
)
TEXTS = ("<script>alert(1)</script>", "{{7*7}}", "%s%n", "=cmd|' /C calc'!A0")
LONG_ADDRESS = "a" * 64 + "@" + "b" * 63 + ".example.com" * 20

ROWS = [
    body("1 an empty body", b"", 400, "empty_body"),
    body("1 a body of spaces", b"  \n", 400, "empty_body"),
    body("2 not JSON", b"not json", 400, "not_json"),
    body("2 JSON that stops", b'{"subject": "a', 400, "not_json"),
    body("3 a JSON array", b"[1, 2]", 422, "not_an_object"),
    body("3 a JSON scalar", b'"text"', 422, "not_an_object"),
    field("4 an unknown field", "colour", "mauve"),
    field("4 an unknown field of an odd name", "<script>", "mauve", "(unprintable)"),
    field("5 a missing field", "subject", None),
    field("6 a number for a text", "amount", 1),
    field("6 a list for a text", "user_id", ["u1"]),
    field("6 a word that is no category", "category", "money"),
    field("6 a word that is no language", "language", "english!"),
    field("6 a word that is no channel", "channel", "Carrier Pigeon"),
    body("7 1 MiB and a byte", b'{"subject": "' + b" " * (1 << 20), 413, "body_too_large"),
    Row("8 chunks without an end", _endless, {"status": 413}),
    bytes_(
        "9 a length that is too short",
        HEAD + b"Connection: close\r\nContent-Length: 16\r\n\r\n" + SHORT + b', "description"',
        400,
    ),
    bytes_("9 a length that is too long", HEAD + b"Content-Length: 99\r\n\r\n{}", 408, slow=True),
    Row("10 a byte a second", _slow, {"status": 408}, slow=True),
    body("11 10,000 deep", nested(10_000), 400, "too_deep"),
    body("11 10,000 brackets", b'{"subject": ' + b"[" * 10_000, 400, "too_deep"),
    body("12 5,000 digits", RAW % f'"amount": {"9" * 5000}', 422, "number_too_large"),
    body("13 NaN", RAW % '"amount": NaN', 422, "not_a_number"),
    body("13 Infinity", RAW % '"amount": -Infinity', 422, "not_a_number"),
    body("13 1e999", RAW % '"amount": 1e999', 422, "number_too_large"),
    body("14 2^63", RAW % '"amount": 9223372036854775808', 422, "number_too_large"),
    body("15 a key twice", RAW % '"subject": "again"', 400, "duplicate_key"),
    body("16 a byte order mark", "\ufeff{}".encode(), 400, "not_json"),
    body("17 not UTF-8", b'{"subject": "\xff"}', 400, "not_json"),
    body("17 UTF-16", (RAW % '"user_id": "u1"').encode("utf-16"), 400, "not_json"),
    body("18 half a surrogate pair", RAW % r'"user_id": "\ud800"', 400, "lone_surrogate"),
    body("19 NUL in a text", RAW % r'"user_id": "a\u0000b"', 422, "forbidden_character"),
    body("20 NUL in a key", RAW % r'"a\u0000b": "x"', 422, "forbidden_character"),
    body("20 $ in a key", RAW % '"$where": "x"', 422, "forbidden_character"),
    body("20 a dot in a key", RAW % '"a": {"b.c": 1}', 422, "forbidden_character"),
    kept("21 invisible signs in a text", "description", "Mia\u202eaiM\u200b"),
    field("21 invisible signs in an identifier", "txid", "a\u202eb"),
    field("21 a new line in an identifier", "address", "a\nb"),
    body("22 100,000 characters", json.dumps({"subject": "x" * 100_000}), 422, "text_too_long"),
    field("22 a subject beyond its own limit", "subject", "x" * 1001),
    field("22 an identifier beyond its own limit", "memo", "x" * 201),
    field("23 only spaces", "description", " \n\t "),
    field("23 nothing visible", "subject", "\u200b"),
    field("23 an identifier of spaces", "user_id", "  "),
    field("24 a tower of marks", "description", "a" + "\u0301" * 10_000),
    field("24 a tower of marks in the subject", "subject", "a" + "\u0301" * 900),
    body(
        "25 a query for a text", RAW % '"contact_email": {"$ne": null}', 422, "forbidden_character"
    ),
    field("25 an object for a text", "contact_email", {"ne": None}),
    field("26 an address with CR LF", "contact_email", "a@example.com\r\nBcc: b@example.com"),
    field("27 an address of 255 characters", "contact_email", LONG_ADDRESS),
    field("27 a quoted name", "contact_email", '"quoted local"@example.com'),
    field("27 no address at all", "contact_email", "no-at-sign"),
    kept("27 an international name", "contact_email", "mia@b\u00fccher.example"),
    kept("27 a name of this network", "contact_email", "a@localhost"),
    *(kept(f"28 {text}", "description", text) for text in TEXTS),
    body("29 text/plain", b"{}", 415, "not_json_utf8", "text/plain"),
    body("29 no media type", b"{}", 415, "not_json_utf8", None),
    body("29 utf-7", b"{}", 415, "not_json_utf8", f"{JSON}; charset=utf-7"),
    body("29 another multipart", b"{}", 415, "not_json_utf8", "multipart/mixed; boundary=b"),
    body("30 a gzip bomb", gzip.compress(b" " * (10 << 20)), 415, "compressed"),
    *(field(f"44 {time}", "occurred_at", time) for time in TIMES),
    field("44 seconds since 1970", "occurred_at", 1_700_000_000),
    clock("44 four minutes from now", 4, {"status": 202, **ONE}),
    clock("44 six minutes from now", 6, {"status": 422, "fields": ["occurred_at"]}),
    *(field(f"45 the amount {amount!r}", "amount", amount) for amount in AMOUNTS),
    field("45 no such currency", "asset", "no such coin"),
    field("45 the sign of a currency", "asset", "\u20bf"),
]
