"""Staff commands over HTTP: POST /v1/cases/{id}/<command>."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from shared.decider import State
from shared.events.base import Lane, Refused, StaffCommand
from shared.events.personal import ERASED
from shared.http.body import read_json
from shared.http.errors import ProblemError
from shared.http.problem import faults
from shared.http.tokens import Principal, verify
from shared.reference import parse
from shared.runner.door import Accepted, Door
from shared.sealed import holds_personal
from shared.settings import Settings

READERS = frozenset({"agent", "supervisor", "director", "auditor", "operator", "admin"})
MOVED_ON = "case-moved-on"
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Command:
    """A staff command: the body's model, what it becomes, and which roles may give it.

    `cases` are the fields that name another case of the stage, by id or reference.
    """

    body: type[BaseModel]
    build: Callable[[Any, Principal, datetime], StaffCommand]
    roles: frozenset[str]
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A command as a page offers it to one person: what is filled in, what may be chosen.

    `preset` are values by field that the person does not choose, `choices` the values a field may
    have, with the words for each.
    """

    preset: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


Offers = Callable[[Any, Principal], Sequence[Offer]]
"""What of a command fits a state and a person; nothing where it does not. The command's rules
decide all the same: an offer only spares people forms that would be refused."""


def staff_router(door: Door, commands: Mapping[str, Command], settings: Settings) -> APIRouter:
    """The routes of one stage's staff commands."""
    router = APIRouter(tags=["staff"])
    desk = Desk(door, commands, settings.token_key.get_secret_value())
    # One route for each command: several stages in one process share the path.
    for name in commands:
        path, route = f"/v1/cases/{{case}}/{name}", desk.route(name)
        router.add_api_route(path, route, methods=["POST"], status_code=202)
    return router


@dataclass(frozen=True)
class Desk:
    """One stage's cases over HTTP; `key` signs the tokens."""

    door: Door
    commands: Mapping[str, Command]
    key: str

    def route(self, name: str) -> Callable[[Request, str], Awaitable[JSONResponse]]:
        """What serves one command: it is accepted for processing, or refused at once."""

        async def route(request: Request, case: str) -> JSONResponse:
            who = verify(self.key, request.headers.get("authorization"), datetime.now(UTC))
            who.require(self.commands[name].roles)
            tag = request.headers.get("if-match", "")
            accepted = await self.give(name, who, case, await read_json(request), tag)
            return JSONResponse({"event_id": accepted.event_id}, 202)

        return route

    async def give(
        self, name: str, who: Principal, case: str, body: dict[str, Any], tag: str
    ) -> Accepted:
        """Accept a person's command; `tag` is the ETag of what they saw, or nothing.

        Raises ProblemError 400, 403, 409 or 422, HTTPException 404.
        """
        spec = self.commands[name]
        who.require(spec.roles)
        complaint = await case_of(self.door, case)
        state = await self.door.state(complaint)
        if state is None:
            raise HTTPException(404)
        others = {name: await self._other(body[name]) for name in spec.cases if name in body}
        valid = validated(spec.body, {**body, **others})
        seen = {"expected_sequence": _expected(tag, state), "roles": tuple(sorted(who.roles))}
        data = spec.build(valid, who, datetime.now(UTC)).model_copy(update=seen)
        return await hand_in(self.door, complaint, data, state.lane)

    async def _other(self, case: Any) -> str:
        """The id of another case, which the stage knows. Raises ProblemError 422."""
        try:
            found = await case_of(self.door, str(case))
        except HTTPException:
            found = None
        if found is None or await self.door.state(found) is None:
            raise ProblemError(422, "refused", "There is no such case.", rule="no-such-case")
        return found


async def hand_in(door: Door, complaint: str, data: StaffCommand, lane: Lane) -> Accepted:
    """Accept a command that fits the case. Raises ProblemError 409 or 422 with the rule."""
    if holds_personal(type(data)) and (await door.keyring.key(complaint)).secret is None:
        raise ProblemError(422, "refused", "The complaint was erased.", rule=ERASED)
    actor = f"staff:{data.staff}"
    await _rehearsed(door, complaint, data, actor)
    return await door.accept(data, complaint=complaint, actor=actor, lane=lane)


def validated(model: type[B], body: dict[str, Any]) -> B:
    """The body of a command. Raises ProblemError 422, which names fields and no values."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise ProblemError(422, "invalid_request", errors=faults(found)) from error


async def case_of(door: Door, case: str) -> str:
    """The id of the complaint that a path names by id or, where the stage knows it, reference."""
    try:
        return str(uuid.UUID(case))
    except ValueError:
        reference = parse(case)
    found = await door.store.by_reference(reference) if reference else None
    if found is None:
        raise HTTPException(404)
    return found


def _expected(tag: str, state: State) -> int:
    if tag.strip() in ("", "*"):
        return 0
    number = tag.strip().removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - digits of 2**53 less one
        raise ProblemError(400, "bad_if_match", "If-Match holds the ETag of GET /v1/cases/{id}.")
    if int(number) < state.sequence:
        raise ProblemError(
            409, MOVED_ON, "Read the case again, then repeat the command.", rule=MOVED_ON
        )
    return int(number)


async def _rehearsed(door: Door, complaint: str, data: StaffCommand, actor: str) -> None:
    for event in await door.rehearse(complaint, data, actor):
        if isinstance(event, Refused):
            status = 409 if event.rule == MOVED_ON else 422
            article = getattr(event, "article", None)
            detail = article or "The command does not fit the case as it stands."
            raise ProblemError(status, "refused", detail, rule=event.rule)
