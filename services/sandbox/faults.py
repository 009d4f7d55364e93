"""Faults on demand: the next requests below a path fail, hang, or are carried out unanswered."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.sandbox.problems import problem
from services.sandbox.shapes import Fault

_PATH = "/sandbox/faults"

router = APIRouter()


class Faults:
    """The faults asked for, one for each path prefix."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[Fault, int]] = {}

    def ask(self, fault: Fault) -> None:
        """Arm a fault in place of the one of the same prefix."""
        self._left[fault.path_prefix] = (fault, fault.times)

    def take(self, path: str) -> Fault | None:
        """Use up one of a fault that matches, None when there is none."""
        for prefix, (fault, left) in self._left.items():
            if left and path.startswith(prefix) and path != _PATH:
                self._left[prefix] = (fault, left - 1)
                return fault
        return None


class FaultSwitch:
    """Middleware that carries the faults out."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the fault that was asked for."""
        fault = self._faults.take(scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            return await self._app(scope, receive, send)
        await asyncio.sleep(fault.delay_s)
        if fault.status is not None or fault.body is not None:
            return await _given(fault)(scope, receive, send)
        if not fault.drop_answer:
            return await self._app(scope, receive, send)
        await self._app(scope, receive, _unsent)
        # A head that promises a body which never comes makes the server cut the connection.
        head = {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", b"1")],
        }
        return await send(head)


@router.put(_PATH, status_code=204)
async def seed_fault(fault: Fault, request: Request) -> None:
    """Arm a fault; `times` 0 disarms it."""
    request.app.state.faults.ask(fault)


def _given(fault: Fault) -> Response:
    status = fault.status or HTTPStatus.OK
    if fault.body is None:
        return problem(status, "fault", "asked for")
    return PlainTextResponse(fault.body, status)


async def _unsent(_: Message) -> None:
    """An answer that goes nowhere."""
