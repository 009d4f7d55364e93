"""One origin for a local installation: each address goes to the service that answers it."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.http.errors import ProblemError
from shared.http.problem import guard
from shared.pipeline import SERVICES, STAGES

READS = "GET", "HEAD"
METHODS = *READS, "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
ALL_ELSE = "notify"
WRITES = {  # what is read below a complaint, notify answers
    "/v1/complaints": "intake",
    "/v1/channels": "intake",
    "/v1/calls": "intake",
    "/v1/persons": "intake",
}
FILES = re.compile(r"/v1/complaints/[^/]+/(?:attachments|raw)/[^/]+")
ADDRESSES = {
    "/complain": "intake",
    "/chat": "intake",
    "/staff/calls": "intake",
    "/check": "investigation",
    **{f"/staff/{stage.name}": stage.service for stage in STAGES.values()},
}
EXACTLY = {"/cases": "triage"}  # what is below it, notify answers
DROPPED = frozenset(  # they speak of one hop (RFC 9110, 7.6.1), or the next hop sets them anew
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer"
    b" transfer-encoding upgrade expect host date x-forwarded-for".split()
)
TIMEOUT = httpx.Timeout(None, connect=5.0)  # an event stream is silent for as long as it likes
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=50)
AWAY = "The service behind this address is away. Try again in a few seconds."


def create_app() -> Starlette:
    """The gateway between the services, each at its REDRESS_<SERVICE>_URL."""
    urls = {name: httpx.URL(os.environ[f"REDRESS_{name.upper()}_URL"]) for name in SERVICES}
    client = httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS, trust_env=False)

    async def forward(request: Request) -> Response:
        name = service_of(request.method, request.url.path)
        return await _forward(client, request, urls[name])

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    app = Starlette(routes=[Route("/{path:path}", forward, methods=METHODS)], lifespan=lifespan)
    guard(app)
    return app


def service_of(method: str, path: str) -> str:
    """Which service answers an address."""
    if FILES.fullmatch(path):
        return "intake"
    if path in EXACTLY:
        return EXACTLY[path]
    table = ADDRESSES if method in READS else {**ADDRESSES, **WRITES}
    found = (name for place, name in table.items() if f"{path}/".startswith(f"{place}/"))
    return next(found, ALL_ELSE)


async def _forward(client: httpx.AsyncClient, request: Request, target: httpx.URL) -> Response:
    try:
        answer = await client.send(_forwarded(request, target), stream=True)
    except (httpx.InvalidURL, httpx.LocalProtocolError) as error:
        raise ProblemError(400, "malformed_request") from error
    except httpx.TransportError as error:
        raise ProblemError(502, "away", AWAY, headers={"Retry-After": "2"}) from error
    response = StreamingResponse(_body(answer), answer.status_code)
    response.raw_headers = _kept(answer.headers.raw)
    return response


def _forwarded(request: Request, target: httpx.URL) -> httpx.Request:
    path, query = request.scope["raw_path"], request.scope["query_string"]
    client = request.client.host if request.client else ""
    return httpx.Request(  # not client.build_request, which adds headers of its own
        request.method,
        target.copy_with(raw_path=path + b"?" + query if query else path),
        headers=[*_kept(request.headers.raw), (b"x-forwarded-for", client.encode())],
        content=request.stream()
        if {"content-length", "transfer-encoding"} & {*request.headers}
        else None,
    )


def _kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    named = b",".join(value for name, value in headers if name.lower() == b"connection")
    gone = DROPPED | {name.strip().lower() for name in named.split(b",")}
    return [(name.lower(), value) for name, value in headers if name.lower() not in gone]


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
