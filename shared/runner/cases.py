"""GET /v1/cases/{id}: what the stages of one process know of a case, a person's words sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from shared.decider import State
from shared.events.personal import SHUT
from shared.http.errors import ProblemError
from shared.http.tokens import verify
from shared.runner.door import Door
from shared.runner.staff import READERS, case_of
from shared.settings import Settings


def cases_router(doors: Sequence[Door], settings: Settings) -> APIRouter:
    """The route; where several stages share a process it shows each."""
    router = APIRouter(tags=["staff"])
    shown = Cases(tuple(doors), settings.token_key.get_secret_value())
    names = "_".join(door.stage.name for door in doors)
    router.add_api_route("/v1/cases/{case}", shown.show, operation_id=f"{names}_case")
    return router


@dataclass(frozen=True)
class Cases:
    """The cases of one process; `key` signs the tokens."""

    doors: tuple[Door, ...]
    key: str

    async def show(self, request: Request, case: str, stage: str = "") -> JSONResponse:
        """What the stage of that name knows, else the first that knows the case.

        The ETag is that stage's last sequence; `stages` holds the part of each under its name.
        Raises ProblemError 401, 403, 422 for a stage that is not here, HTTPException 404.
        """
        verify(self.key, request.headers.get("authorization"), datetime.now(UTC)).require(READERS)
        doors = {door.stage.name: door for door in self.doors}
        if stage and stage not in doors:
            raise ProblemError(422, "no_such_stage", "Another service owns that stage.")
        complaint = await case_of(self.doors[0], case)
        states = {name: await door.state(complaint) for name, door in doors.items()}
        known = {name: state for name, state in states.items() if state is not None}
        chosen = stage or next(iter(known), "")
        if chosen not in known:
            raise HTTPException(404)
        return _answer(complaint, chosen, known)


def _answer(complaint: str, chosen: str, known: dict[str, State]) -> JSONResponse:
    stages = {name: _part(state) for name, state in known.items()}
    first = {"complaint_id": complaint, "stage": chosen, **stages[chosen]}
    tag = {"ETag": f'"{known[chosen].sequence}"'}
    return JSONResponse({**first, "stages": stages}, headers=tag)


def _part(state: State) -> dict[str, Any]:
    return {
        "sequence": state.sequence,
        "lane": state.lane,
        "state": state.model_dump(mode="json", context=SHUT),
    }
