"""Who asks, what for, how often and where: rows 32 to 43, 46 and 47."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from shared.http.tokens import status_token
from shared.runner.gate import COLLECTION
from tests.integration.intake.bad_inputs.body_rows import COMPLAINTS, HEAD, ONE, bytes_, complaint
from tests.integration.intake.bad_inputs.place import KEY, PROVIDER, Place, bearer, said
from tests.integration.intake.bad_inputs.table import Row

CASE = "0a0a0a0a-0000-4000-8000-00000000c0de"
STAFF = f"/v1/cases/{CASE}"
SLOW = {"writes_per_s": 0.01, "writes_at_once": 3}
SENT = b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"


def key(name: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4()) if name is None else name}


def odd_key(words: str, value: str) -> Row:
    async def ask(place: Place) -> dict[str, Any]:
        return said(await place.ask("POST", COMPLAINTS, json=complaint(), headers=key(value)))

    return Row(words, ask, {"status": 400, "slug": "bad_idempotency_key"})


async def _again(place: Place) -> dict[str, Any]:
    headers, sent = key(), complaint()
    first = await place.ask("POST", COMPLAINTS, json=sent, headers=headers)
    again = await place.ask("POST", COMPLAINTS, json=sent, headers=headers)
    assert again.headers["location"] == first.headers["location"]
    replayed = "idempotency-replayed" not in first.headers and again.headers["idempotency-replayed"]
    return {**said(again), "same": again.json() == first.json(), "replayed": replayed}


async def _other_body(place: Place) -> dict[str, Any]:
    headers = key()
    await place.ask("POST", COMPLAINTS, json=complaint(), headers=headers)
    return said(await place.ask("POST", COMPLAINTS, json=complaint(), headers=headers))


async def _others_key(place: Place) -> dict[str, Any]:
    headers, sent = key(), complaint()
    who = ({}, bearer("submitter", "mia"), bearer("submitter", "bob"))
    asked = [place.ask("POST", COMPLAINTS, json=sent, headers={**headers, **one}) for one in who]
    answers = await asyncio.gather(*asked)
    return {"statuses": {answer.status_code for answer in answers}}


async def _fifty(place: Place) -> dict[str, Any]:
    headers, sent = key(), complaint()
    asked = (place.ask("POST", COMPLAINTS, json=sent, headers=headers) for _ in range(50))
    answers = await asyncio.gather(*asked)
    return {
        "statuses": {answer.status_code for answer in answers},
        "tickets": len({answer.json()["complaint_id"] for answer in answers}),
    }


def staff(words: str, sent: dict[str, str] | str, status: int, slug: str) -> Row:
    """A route that wants staff; `sent` are headers, or what is wrong with the token in them."""

    async def ask(place: Place) -> dict[str, Any]:
        # Made when it is sent: a token that is good from next minute on is good by then.
        bad = {"Authorization": f"Bearer {PROVIDER.bad()[sent]}"} if isinstance(sent, str) else sent
        answer = await place.ask("GET", STAFF, headers=bad)
        wanted = answer.headers.get("www-authenticate", "").startswith('Bearer realm="redress"')
        return {**said(answer), "wanted": wanted}

    return Row(words, ask, {"status": status, "slug": slug, "wanted": status == 401})


def submitted(words: str, header: str) -> Row:
    """A bad token is refused also where none is needed."""

    async def ask(place: Place) -> dict[str, Any]:
        headers = {"Authorization": header}
        return said(await place.ask("POST", COMPLAINTS, json=complaint(), headers=headers))

    return Row(words, ask, {"status": 401, "slug": "unauthorized"})


def _forged(case: str, link: str, other: str) -> list[dict[str, Any]]:
    tokens = (
        status_token(KEY, other),
        status_token("0e" * 32, case),
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link[:22] + status_token(KEY, other)[22:],
    )
    return [{"params": {"token": token}} for token in tokens]


async def _strangers(place: Place) -> dict[str, Any]:
    """Who may write on to a complaint, and everybody else."""
    mine = bearer("submitter", "mia")
    opened = await place.ask("POST", COMPLAINTS, json=complaint(), headers=mine)
    other = await place.ask("POST", COMPLAINTS, json=complaint())
    await place.fold()
    case = opened.json()["complaint_id"]
    link = status_token(KEY, case)

    async def status(**sent: Any) -> int:
        url = f"{COMPLAINTS}/{case}/messages"
        answer = await place.ask("POST", url, json={"text": f"more {uuid.uuid4()}"}, **sent)
        return answer.status_code

    nobody = [{}, {"headers": bearer("submitter", "bob")}]
    nobody += _forged(case, link, other.json()["complaint_id"])
    return {
        "owner": [await status(headers=mine), await status(params={"token": link})],
        "others": {await status(**sent) for sent in nobody},
    }


async def _too_low(place: Place) -> dict[str, Any]:
    token = PROVIDER.token(roles=["submitter", "emperor"])
    answer = await place.ask("GET", STAFF, headers={"Authorization": f"Bearer {token}"})
    denials = place.wiring.database[COLLECTION]
    denied = await denials.find({}, {"_id": 0, "at": 0}).sort("_id", -1).to_list(1)
    return {**said(answer), "denied": denied}


async def _flood(place: Place) -> dict[str, Any]:
    async with place.sibling(**SLOW) as slow:
        answers = [
            await slow.ask(
                "POST", COMPLAINTS, json=complaint(), headers={"X-Forwarded-For": f"203.0.113.{n}"}
            )
            for n in range(5)
        ]
    waits = int(answers[-1].headers["retry-after"]) > 0
    return {**said(answers[-1]), "all": [a.status_code for a in answers], "waits": waits}


def no_case(words: str, case: str) -> Row:
    """An id that is none: nothing is found under it, by no route."""

    async def ask(place: Place) -> dict[str, Any]:
        answers = [
            await place.ask("GET", f"{COMPLAINTS}/{case}"),
            await place.ask("POST", f"{COMPLAINTS}/{case}/messages", json={"text": "x"}),
        ]
        return {"slugs": {(said(a)["status"], said(a)["slug"]) for a in answers}}

    return Row(words, ask, {"slugs": {(404, "not_found")}})


async def _broken_cursor(place: Place) -> dict[str, Any]:
    asked = {"headers": bearer("auditor"), "params": {"from": "no-cursor"}}
    return said(await place.ask("GET", "/events", **asked))


def path(words: str, line: str, status: int) -> Row:
    request = f"{line} HTTP/1.1\r\nHost: redress\r\nContent-Type: application/json\r\n"
    return bytes_(words, request.encode() + SENT, status)


DENIED = {"subject": "oidc:mia", "roles": ["submitter"], "method": "GET", "case": CASE}
ROWS = [
    odd_key("32 an empty key", ""),
    odd_key("32 a key of 300 characters", "x" * 300),
    odd_key("32 a key with a tab", "tab\there"),
    odd_key("32 a key with DEL", "\x7f"),
    Row(
        "33 the same key and body",
        _again,
        {"status": 202, "same": True, "replayed": "true", **ONE},
    ),
    Row(
        "34 the same key, another body",
        _other_body,
        {"status": 422, "slug": "idempotency_key_reused", **ONE},
    ),
    Row("35 somebody else's key", _others_key, {"statuses": {202}, "complaints": 3}),
    Row("36 fifty at once with one key", _fifty, {"statuses": {202}, "tickets": 1, **ONE}),
    staff("37 no token", {}, 401, "unauthorized"),
    staff("37 another scheme", {"Authorization": "Basic bWlhOm1pYQ=="}, 401, "unauthorized"),
    *(staff(f"38 {wrong}", wrong, 401, "unauthorized") for wrong in PROVIDER.bad()),
    submitted("38 nonsense where no token is needed", "Bearer nonsense"),
    submitted("38 an empty header where no token is needed", ""),
    Row(
        "39 somebody else's complaint",
        _strangers,
        {"owner": [202, 202], "others": {404}, "complaints": 2, "messages": 2},
    ),
    Row(
        "40 a role too low",
        _too_low,
        {
            "status": 403,
            "slug": "role_too_low",
            "denied": [{**DENIED, "route": "/v1/cases/{case}"}],
        },
    ),
    Row(
        "41 a flood",
        _flood,
        {"slug": "too_often", "all": [202, 202, 202, 429, 429], "waits": True},
    ),
    no_case("42 ../x", "..%2Fx"),
    no_case("42 10 kB", "x" * 10_000),
    no_case("42 no UUID", "1"),
    no_case("42 a reference with a wrong sign", "RD-0000-0000-0000-1"),
    no_case("42 NUL", "%00"),
    Row("43 a broken cursor", _broken_cursor, {"status": 422, "slug": "bad_cursor"}),
    path("46 DELETE", f"DELETE {COMPLAINTS}", 405),
    path("46 GET", f"GET {COMPLAINTS}", 405),
    path("46 two slashes", f"POST /{COMPLAINTS}", 404),
    path("46 encoded dots", f"POST /v1/%2e%2e{COMPLAINTS}", 404),
    path("46 an encoded slash", f"POST {COMPLAINTS}%2fx/messages", 404),
    path("46 nothing of ours", "POST /v1/nothing", 404),
    bytes_("47 two Hosts", HEAD + b"Host: other\r\n" + SENT, 400),
    bytes_("47 two lengths", HEAD + b"Content-Length: 3\r\n" + SENT, 400),
]
