"""Dead letters before a browser: each service serves those of its own stages.

GET /staff/<stage>/dead-letters lists them, …/<partition>/<offset> shows one, masked; POST
…/redrive and …/discard end it. A stage writes its own topics alone: what stands in another's, an
event that this stage could not read, only whoever holds the operator's rights may produce again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import Principal
from shared.pages.html import HEADERS, environment, own_form, page
from shared.pages.staff import ask, principal
from shared.pipeline import Stage
from shared.runner.burials import Letter, discarded, letters, redriven
from shared.runner.dead_letters import facts_of
from shared.runner.kafka import KafkaLog
from shared.runner.masked import masked
from shared.runner.wiring import Wiring

LOOK = frozenset({"operator", "supervisor", "auditor", "admin"})
ACT = frozenset({"operator", "admin"})
A_PAGE = 50
MOST_FIELDS = 5
MOST_WHY = 500
Number = Annotated[int, Path(ge=0, le=2**63 - 1)]
_templates = environment("shared.pages", "templates")


@dataclass(frozen=True)
class BurialPages:
    """One stage's dead letters; `key` signs the tokens."""

    stage: Stage
    log: KafkaLog
    key: str
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def every(
        self, request: Request, reason: str = "", after: str = "", done: str = ""
    ) -> Response:
        """The open letters, oldest first, `A_PAGE` behind the letter that `after` names."""
        who = self._who(request)
        if who is None:
            return ask(request.url.path)
        found = await self._open()
        reasons = sorted({letter.reason for letter in found} - {""})
        fitting = [one for one in found if reason in ("", one.reason) and _place(one) > after]
        shown = fitting[:A_PAGE]
        return page(
            _templates,
            "dead_letters",
            reader=who,
            stage=self.stage.name,
            letters=[(one, _facts(one)) for one in shown],
            reasons=reasons,
            reason=reason,
            onward=_place(shown[-1]) if len(fitting) > A_PAGE else "",
            done=done,
        )

    async def one(self, request: Request, partition: Number, offset: Number) -> Response:
        """A letter and what may be done with it."""
        who = self._who(request)
        if who is None:
            return ask(request.url.path)
        letter = await self._named(partition, offset)
        if letter is None:
            return self._gone(who)
        return self._shown(letter, who)

    async def redrive(self, request: Request, partition: Number, offset: Number) -> Response:
        """Try a parked complaint again. Raises ProblemError 403."""
        who = self._acting(request)
        if who is None:
            return ask(_list_of(self.stage))
        letter = await self._named(partition, offset)
        if letter is None:
            return self._gone(who)
        if letter.exhausted or not letter.complaint:
            return self._shown(letter, who, 409)
        await self.log.publish(redriven(letter, who.subject))
        return RedirectResponse(f"{_list_of(self.stage)}?done=redriven", 303, HEADERS)

    async def discard(self, request: Request, partition: Number, offset: Number) -> Response:
        """Let a letter go, for the reason that is given. Raises ProblemError 403."""
        who = self._acting(request)
        if who is None:
            return ask(_list_of(self.stage))
        form = await read_form(request, MOST_FIELDS)
        why = str(form.get("why", "")).strip()[:MOST_WHY]
        letter = await self._named(partition, offset)
        if letter is None:
            return self._gone(who)
        if not why:
            return self._shown(letter, who, 422, missing=True)
        await self.log.publish(discarded(letter, who.subject, why))
        return RedirectResponse(f"{_list_of(self.stage)}?done=discarded", 303, HEADERS)

    def _who(self, request: Request) -> Principal | None:
        try:
            who = principal(request, self.key, datetime.now(UTC))
        except ProblemError:
            return None
        who.require(LOOK)
        return who

    def _acting(self, request: Request) -> Principal | None:
        own_form(request)
        who = self._who(request)
        if who is not None:
            who.require(ACT)
        return who

    async def _open(self, whole: tuple[int, int] | None = None) -> list[Letter]:
        servers = ",".join(self.log.servers)
        async with self._one:  # each reading goes through the whole topic
            found = await letters(servers, [self.stage], bare=True, whole=whole)
        return sorted(found, key=_place)

    async def _named(self, partition: int, offset: int) -> Letter | None:
        place = (partition, offset)
        found = await self._open(place)
        return next((one for one in found if (one.partition, one.offset) == place), None)

    def _shown(
        self, letter: Letter, who: Principal, status: int = 200, *, missing: bool = False
    ) -> Response:
        return page(
            _templates,
            "dead_letter",
            status,
            reader=who,
            stage=self.stage.name,
            letter=letter,
            facts=_facts(letter),
            lines=masked(letter.record.value),
            size=len(letter.record.value or b""),
            acts=not who.roles.isdisjoint(ACT),
            missing=missing,
        )

    def _gone(self, who: Principal) -> Response:
        return page(_templates, "dead_letter", 404, reader=who, stage=self.stage.name, letter=None)


def burial_pages(wiring: Wiring, stage: Stage) -> APIRouter:
    """The routes of one stage."""
    routes = APIRouter(include_in_schema=False)
    pages = BurialPages(stage, wiring.log, wiring.settings.token_key.get_secret_value())
    one = f"{_list_of(stage)}/{{partition}}/{{offset}}"
    routes.add_api_route(_list_of(stage), pages.every)
    routes.add_api_route(one, pages.one)
    routes.add_api_route(f"{one}/redrive", pages.redrive, methods=["POST"])
    routes.add_api_route(f"{one}/discard", pages.discard, methods=["POST"])
    return routes


def _list_of(stage: Stage) -> str:
    return f"/staff/{stage.name}/dead-letters"


def _facts(letter: Letter) -> Mapping[str, str]:
    """Empty for what a letter does not say: others' tools may have written it."""
    written = datetime.fromtimestamp(letter.record.timestamp / 1000, UTC).isoformat()
    return defaultdict(str, {"first-at": written} | facts_of(letter.record))


def _place(letter: Letter) -> str:
    """Sorts as the letters came."""
    return f"{_facts(letter)['first-at']}~{letter.partition:06}~{letter.offset:019}"
