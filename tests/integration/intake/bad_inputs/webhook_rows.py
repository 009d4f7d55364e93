"""Webhooks in: rows 73 to 81."""

from __future__ import annotations

import uuid
from typing import Any

from tests.channels import NEW, OLD, line, signed
from tests.integration.intake.bad_inputs.body_rows import ONE
from tests.integration.intake.bad_inputs.place import CANARY, Place, said
from tests.integration.intake.bad_inputs.table import Row

APP, ROTATED = "/v1/channels/app/messages", "/v1/channels/rotated/messages"


def hello() -> dict[str, Any]:
    """A line of a conversation of its own."""
    return line(CANARY, thread=str(uuid.uuid4()))


def hook(words: str, change: dict[str, str | None], status: int, slug: str, **how: Any) -> Row:
    """A line whose headers were changed after it was signed."""

    async def ask(place: Place) -> dict[str, Any]:
        sent = signed(hello(), **how)
        headers = {k: v for k, v in {**sent["headers"], **change}.items() if v is not None}
        answer = await place.ask("POST", APP, content=sent["content"], headers=headers)
        assert ("www-authenticate" in answer.headers) == (status == 401)
        return said(answer)

    return Row(words, ask, {"status": status, "slug": slug})


def rewritten(words: str, old: bytes, new: bytes) -> Row:
    """A body that was written anew under its right signature."""

    async def ask(place: Place) -> dict[str, Any]:
        sent = signed(hello())
        content = sent["content"].replace(old, new)
        assert content != sent["content"]
        return said(await place.ask("POST", APP, content=content, headers=sent["headers"]))

    return Row(words, ask, {"status": 401, "slug": "not_signed"})


def shape(words: str, data: bytes, status: int = 422) -> Row:
    """A signed body of another shape."""

    async def ask(place: Place) -> dict[str, Any]:
        return said(await place.ask("POST", APP, **signed(data)))

    return Row(words, ask, {"status": status})


def by(words: str, path: str, secret: str, answer: dict[str, Any]) -> Row:
    """A line signed with a secret of several."""

    async def ask(place: Place) -> dict[str, Any]:
        return said(await place.ask("POST", path, **signed(hello(), secret)))

    return Row(words, ask, answer)


def at(words: str, apart_s: int, answer: dict[str, Any]) -> Row:
    """A line signed at another time."""

    async def ask(place: Place) -> dict[str, Any]:
        return said(await place.ask("POST", APP, **signed(hello(), apart_s=apart_s)))

    return Row(words, ask, answer)


async def _twice(place: Place, body: dict[str, Any]) -> dict[str, Any]:
    sent = signed(body)
    first, again = [await place.ask("POST", APP, **sent) for _ in range(2)]
    return {
        "statuses": [first.status_code, again.status_code],
        "same": first.json() == again.json(),
        "replayed": again.headers.get("idempotency-replayed"),
    }


async def _replay(place: Place) -> dict[str, Any]:
    return await _twice(place, hello())


async def _unknown(place: Place) -> dict[str, Any]:
    kind = f"customer.{uuid.uuid4().hex}"
    found = await _twice(place, {"type": kind, "data": {"thread": "1"}})
    aside = place.wiring.database["intake_set_aside"]
    return {**found, "kept": await aside.count_documents({"reason": kind})}


WRONG = "v1,bm90aGluZw=="
LINE = b'{"type": "message.created", "data": %b}'
UNSIGNED, BAD_ID, BAD_TIME = "not_signed", "bad_webhook_id", "bad_webhook_timestamp"
REFUSED = {"status": 401, "slug": UNSIGNED}
TOO_FAR = {"status": 400, "slug": BAD_TIME}
TAKEN = {"status": 202, **ONE}
ROWS = [
    hook("73 a wrong signature", {"webhook-signature": WRONG}, 401, UNSIGNED),
    hook("73 not base64", {"webhook-signature": "v1,%%%"}, 401, UNSIGNED),
    hook("73 without a comma", {"webhook-signature": "v1"}, 401, UNSIGNED),
    hook("73 of another id", {"webhook-id": "msg_other"}, 401, UNSIGNED),
    hook("74 no signature", {"webhook-signature": None}, 401, UNSIGNED),
    hook("74 an empty signature", {"webhook-signature": ""}, 401, UNSIGNED),
    hook("74 no time", {"webhook-timestamp": None}, 401, UNSIGNED),
    hook("74 no id", {"webhook-id": None}, 401, UNSIGNED),
    hook("75 v2 only", {"webhook-signature": "v2,bm90aGluZw=="}, 401, UNSIGNED),
    rewritten("76 the same JSON written anew", b": ", b":"),
    at("77 310 seconds ago", -310, TOO_FAR),
    at("77 in 310 seconds", 310, TOO_FAR),
    at("77 290 seconds ago", -290, TAKEN),
    at("77 in 290 seconds", 290, TAKEN),
    *(
        hook(f"77 the time {time!r}", {"webhook-timestamp": time}, 400, BAD_TIME)
        for time in ("", "soon", "1e9", "-5", "9" * 30, "nan")
    ),
    Row(
        "78 a good one again",
        _replay,
        {"statuses": [202, 200], "same": True, "replayed": "true", **ONE},
    ),
    hook("79 an id with a dot", {"webhook-id": "a.b"}, 400, BAD_ID),
    hook("79 an id of 1 kB", {"webhook-id": "x" * 1024}, 400, BAD_ID),
    hook("79 an empty id", {"webhook-id": ""}, 400, BAD_ID),
    hook("79 an id of two words", {"webhook-id": "two words"}, 400, BAD_ID),
    by("80 an old secret in force", APP, OLD, TAKEN),
    by("80 the new secret", ROTATED, NEW, TAKEN),
    by("80 an old secret after its end", ROTATED, OLD, REFUSED),
    Row("81 an unknown type", _unknown, {"statuses": [202, 200], "kept": 1}),
    hook("29 of another media type", {"content-type": "text/plain"}, 415, "not_json_utf8"),
    shape("3 no object, signed", b"[]"),
    shape("5 no type, signed", b"{}"),
    shape("5 no data, signed", b'{"type": "message.created"}'),
    shape("6 data of another shape, signed", LINE % b"[]"),
    shape("23 only spaces, signed", LINE % b'{"thread": "1", "text": " "}'),
    shape("20 $ in a key, signed", LINE % b'{"thread": "1", "text": "x", "$where": "1"}'),
    shape("25 a query, signed", LINE % b'{"thread": {"$ne": null}, "text": "x"}'),
]
