"""The page of the queue, `/cases`, and its button that takes the next case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.triage.desk.api import Asked
from services.triage.desk.listing import PRIORITIES, Listing, listed
from services.triage.rules.assign import ROSTER
from services.triage.taking.api import MAY_TAKE, next_case
from shared.events.base import Category
from shared.http.errors import ProblemError
from shared.http.sessions import REFRESH
from shared.http.tokens import Principal
from shared.pages.html import HEADERS, environment, own_form, page
from shared.pages.staff import CASES, ask, member
from shared.runner.staff import READERS

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

SOON_H = 4
NOTES = {
    "nothing_waits": "No case waits for your teams. What comes next is given to whoever is free.",
    "unknown-assignee": "You are in no team of the roster, so no case can be yours.",
}
TEAMS = tuple(sorted({*ROSTER.teams.values(), ROSTER.emergency_team}))
FILTERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("All open", {}),
    ("Mine", {"mine": "true"}),
    ("Waiting for somebody", {"state": "waiting"}),
    (f"Due within {SOON_H} h", {"due_within": str(SOON_H)}),
    ("Merged", {"state": "merged"}),
    ("Settled", {"state": "settled"}),
    ("All", {"state": "all"}),
)
_templates = environment("services.triage", "templates")
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))


class Queue:
    """The queue before a browser."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.key = wiring.settings.token_key.get_secret_value()

    async def show(self, request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """The page, or to a script its rows; the sign-in to all others."""
        now = datetime.now(UTC)
        who = member(request, self.key, READERS, now)
        if who is None:
            return ask(CASES, refresh=REFRESH in request.headers)
        found = await listed(self.wiring.database["triage"], asked.wish(who.subject, now))
        template = "_queue_rows" if "hx-request" in request.headers else "queue"
        note = NOTES.get(request.query_params.get("note", ""), "")
        return page(_templates, template, 200, **_filled(asked, found, who, now), note=note)

    async def take(self, request: Request) -> Response:
        """Take the next case and open it; where there is none, say so. Raises ProblemError 403."""
        own_form(request)
        who = member(request, self.key, MAY_TAKE, datetime.now(UTC))
        if who is None:
            return ask(CASES)
        triage = self.wiring.doors["triage"]
        try:
            taken = await next_case(triage, self.wiring.database["triage"], who)
        except ProblemError as problem:
            note = urlencode({"note": problem.rule or problem.slug})
            return RedirectResponse(f"{CASES}?{note}", 303, HEADERS)
        place = f"{CASES}/{taken['complaint_id']}?after={taken['event_id']}"
        return RedirectResponse(place, 303, HEADERS)


def router(wiring: Wiring) -> APIRouter:
    """The routes of the page."""
    routes, queue = APIRouter(include_in_schema=False), Queue(wiring)
    routes.add_api_route(CASES, queue.show)
    routes.add_api_route("/staff/triage/next", queue.take, methods=["POST"])
    return routes


def span(seconds: float) -> str:
    """How long, in the largest unit that fits: `3 min`."""
    found = ((size, unit) for size, unit in _SPANS if seconds >= size)
    size, unit = next(found, (1, "s"))
    return f"{seconds / size:.0f} {unit}"


def _filled(asked: Asked, found: Listing, who: Principal, now: datetime) -> dict[str, Any]:
    chosen = asked.model_dump(exclude_defaults=True, exclude={"after", "limit"}, mode="json")
    query = {name: str(value).lower() if value is True else value for name, value in chosen.items()}
    return {
        "found": found,
        "reader": who,
        "takes": not who.roles.isdisjoint(MAY_TAKE),
        "now": now,
        "asked": asked,
        "narrowed": not query.keys() <= _FILTERED,
        "here": urlencode({**query, "after": asked.after} if asked.after else query),
        "more": found.after and urlencode({**query, "after": found.after}),
        "filters": [(name, urlencode(part), _same(part, query)) for name, part in FILTERS],
        "teams": TEAMS,
        "priorities": PRIORITIES,
        "categories": get_args(Category),
    }


def _same(part: dict[str, str], query: dict[str, object]) -> bool:
    shown = {name: str(value) for name, value in query.items() if name in _FILTERED}
    return part == shown


_FILTERED = {name for _, part in FILTERS for name in part}
_templates.filters |= {"span": span}
