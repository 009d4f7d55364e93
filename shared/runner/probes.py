"""/livez (does its own loop move), /readyz (does all of it work), /readyz/door, /metrics."""

from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder


class Health(Protocol):
    """What a process says of itself; None means well, else the reason as a slug."""

    def dead(self) -> str | None:
        """Why it must be started again."""

    def unready(self) -> str | None:
        """Why not all of it works."""

    def says(self) -> str:
        """In one line for people why, and what to do; empty where there is no more to say."""

    def closed(self) -> str | None:
        """Why it should get no requests."""


def probe_router(process: Health) -> APIRouter:
    """The probes of a process. Liveness asks neither Kafka nor MongoDB."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> JSONResponse:
        reason = process.dead()
        return JSONResponse({"alive": not reason, "reason": reason}, 503 if reason else 200)

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        reason = process.unready()
        body = {"ready": not reason, "reason": reason}
        if reason and (says := process.says()):
            body["says"] = says
        return JSONResponse(body, 503 if reason else 200)

    @router.get("/readyz/door")
    async def door() -> JSONResponse:
        reason = process.closed()
        return JSONResponse({"ready": not reason, "reason": reason}, 503 if reason else 200)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(REGISTRY), media_type=content_type)

    return router
