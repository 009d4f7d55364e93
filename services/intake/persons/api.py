"""What the role `privacy` asks of a person: which complaints there are, and that all be erased."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.intake.erasing.api import COMMANDS
from services.intake.persons.finding import Finding, Page, finding
from shared.events.base import Model
from shared.http.body import read_json
from shared.http.errors import ProblemError
from shared.http.tokens import PRIVACY, Principal, verify
from shared.runner.staff import Desk, validated
from shared.runner.wiring import Wiring

AT_ONCE = 32
ACCEPTED = "accepted"


class Asked(BaseModel):
    """A person's mail address or proved account; never in a path, which is logged and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    person: Annotated[str, Field(min_length=1, max_length=320, pattern=r"^\S+$")]
    after: Annotated[str, Field(max_length=36)] = ""


class EraseAsked(Asked):
    """Why all of a person is to be erased, as a code."""

    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


class Answers(Model):
    """What the command `erase` was answered for some complaints of a person.

    `answers` by complaint: `accepted`, or the rule that refused it. `after` asks for the next ones.
    """

    answers: dict[str, str]
    after: str | None


def router(wiring: Wiring) -> APIRouter:
    """The routes of this service's persons."""
    key = wiring.settings.token_key.get_secret_value()
    desk = Desk(wiring.doors["intake"], COMMANDS, key)
    return Persons(finding(wiring), desk).routes()


class Persons:
    """Asks for a person page by page; each complaint goes its own way."""

    def __init__(self, finding_: Finding, desk: Desk) -> None:
        self.finding = finding_
        self.desk = desk

    def routes(self) -> APIRouter:
        """One route to find, one to erase."""
        routes = APIRouter(tags=["staff"])
        routes.add_api_route("/v1/persons/complaints", self.complaints, methods=["POST"])
        routes.add_api_route("/v1/persons/erase", self.erase, methods=["POST"], status_code=202)
        return routes

    async def complaints(self, request: Request) -> Page:
        """The complaints of a person, a page of them."""
        self._who(request)
        asked = validated(Asked, await read_json(request))
        return await self.finding.page(asked.person, asked.after)

    async def erase(self, request: Request) -> Answers:
        """Give the command `erase` to each complaint of a page: it takes two people there too."""
        who = self._who(request)
        asked = validated(EraseAsked, await read_json(request))
        found = await self.finding.page(asked.person, asked.after)
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(complaint: str) -> tuple[str, str]:
            async with slots:
                return complaint, await self._erase(who, complaint, asked.reason)

        given = await asyncio.gather(*(one(each.complaint_id) for each in found.complaints))
        return Answers(answers=dict(given), after=found.after)

    async def _erase(self, who: Principal, complaint: str, reason: str) -> str:
        try:
            await self.desk.give("erase", who, complaint, {"reason": reason}, "")
        except ProblemError as problem:
            if problem.rule is None:
                raise
            return problem.rule
        return ACCEPTED

    def _who(self, request: Request) -> Principal:
        who = verify(self.desk.key, request.headers.get("authorization"), datetime.now(UTC))
        who.require({PRIVACY})
        return who
