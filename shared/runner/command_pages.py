"""Staff commands as forms: each service serves those of its own stages, by the pages' cookie.

GET /staff/<stage>/cases/{id} shows what the person may do there, POST …/<command> does it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from shared.decider import State
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import Principal
from shared.pages.fields import ROWS, Field, body_of, fields_of
from shared.pages.html import HEADERS, environment, own_form, page
from shared.pages.refused import why
from shared.pages.staff import ask, principal
from shared.runner.staff import READERS, Desk, Offer, Offers, case_of
from shared.runner.wiring import StageParts, Wiring

MOST_FIELDS = 120
SEEN = "seen"
_templates = environment("shared.pages", "templates")


@dataclass(frozen=True)
class Form:
    """A command as a person may give it now; `open`: the only one, or the one that went wrong."""

    command: str
    title: str
    about: str
    fields: Sequence[Field]
    preset: Mapping[str, str]


def command_pages(wiring: Wiring, parts: StageParts) -> APIRouter:
    """The routes of one stage."""
    key = wiring.settings.token_key.get_secret_value()
    desk = Desk(wiring.doors[parts.stage.name], parts.commands, key)
    forms, routes = CommandPages(desk, parts.offers), APIRouter(include_in_schema=False)
    place = f"/staff/{parts.stage.name}/cases/{{case}}"
    routes.add_api_route(place, forms.show)
    for name in parts.commands:
        routes.add_api_route(f"{place}/{name}", forms.taking(name), methods=["POST"])
    return routes


@dataclass(frozen=True)
class CommandPages:
    """One stage's commands before a browser."""

    desk: Desk
    offers: Mapping[str, Offers]

    async def show(self, request: Request, case: str, seen: int = 0) -> Response:
        """The forms that fit the case and the person; `seen` is the ETag that they read.

        A script gets the piece of page, a browser without scripts a page of its own.
        """
        try:
            who = principal(request, self.desk.key, datetime.now(UTC))
        except ProblemError:
            return ask(f"/cases/{case}")
        who.require(READERS)
        complaint, state = await self._known(case)
        forms = self._forms(state, who) if state else []
        scripted = "hx-request" in request.headers
        return page(
            _templates,
            "_commands" if scripted else "commands",
            stage=self.desk.door.stage.name,
            case=complaint,
            forms=forms,
            seen=seen or (state.sequence if state else 0),
            rows=range(ROWS),
            given={},
        )

    def taking(self, name: str) -> Callable[[Request, str], Awaitable[Response]]:
        """What serves one command's form."""

        async def take(request: Request, case: str) -> Response:
            own_form(request)
            try:
                who = principal(request, self.desk.key, datetime.now(UTC))
            except ProblemError:
                return ask(f"/cases/{case}")
            form = await read_form(request, MOST_FIELDS)
            given = {field: [str(text) for text in form.getlist(field)] for field in form}
            return await self._take(name, who, case, given)

        return take

    async def _take(
        self, name: str, who: Principal, case: str, given: Mapping[str, Sequence[str]]
    ) -> Response:
        seen = next(iter(given.get(SEEN, ())), "")
        try:
            offer = await self._offer(name, who, case, given)
            fields = fields_of(self.desk.commands[name].body, offer.choices)
            done = await self.desk.give(name, who, case, body_of(fields, given), seen)
        except ProblemError as problem:
            return self._refused(name, case, given, problem)
        return RedirectResponse(f"/cases/{case}?after={done.event_id}", 303, HEADERS)

    async def _offer(
        self, name: str, who: Principal, case: str, given: Mapping[str, Sequence[str]]
    ) -> Offer:
        """The offer that was filled in, else none: the command's own rules say what is wrong."""
        _, state = await self._known(case)
        made = self._offered(name, state, who) if state else ()
        return next((offer for offer in made if _filled(offer, given)), Offer())

    async def _known(self, case: str) -> tuple[str, State | None]:
        complaint = await case_of(self.desk.door, case)
        return complaint, await self.desk.door.state(complaint)

    def _forms(self, state: State, who: Principal) -> list[Form]:
        return [
            _form(name, self.desk, offer)
            for name, command in self.desk.commands.items()
            if not who.roles.isdisjoint(command.roles)
            for offer in self._offered(name, state, who)
        ]

    def _offered(self, name: str, state: State, who: Principal) -> Sequence[Offer]:
        offers = self.offers.get(name)
        return (Offer(),) if offers is None else offers(state, who)

    def _refused(
        self, name: str, case: str, given: Mapping[str, Sequence[str]], problem: ProblemError
    ) -> Response:
        return page(
            _templates,
            "refused",
            problem.status_code,
            title=_title(name),
            case=case,
            why=why(problem),
            faults=problem.errors,
            given=[(field, value) for field, texts in given.items() for value in texts if value],
            moved=problem.status_code == 409,  # noqa: PLR2004 - Conflict
            hidden=(SEEN,),
        )


def _filled(offer: Offer, given: Mapping[str, Sequence[str]]) -> bool:
    return all(list(given.get(name, ())) == [value] for name, value in offer.preset.items())


def _form(name: str, desk: Desk, offer: Offer) -> Form:
    body = desk.commands[name].body
    fields = [f for f in fields_of(body, offer.choices) if f.name not in offer.preset]
    about = (body.__doc__ or "").strip().partition("\n")[0]
    return Form(name, _title(name), about, fields, offer.preset)


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()
