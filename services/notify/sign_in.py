"""The staff's sign-in: who showed a token, or comes from the identity provider, gets a session.

Its cookie says nothing, and no script and no other site can use it.
"""

from __future__ import annotations

import time
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.notify.access import now
from services.notify.views import Views
from shared.errors import TransientError
from shared.http import code_flow, devices
from shared.http.code_flow import CodeFlow
from shared.http.devices import device_of
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.sessions import LASTS, cookie_name
from shared.http.tokens import Principal, end_of, verify
from shared.pages.html import own_form
from shared.pages.staff import ask, signed_in, way_back
from shared.runner.accounts import MongoAccounts
from shared.runner.sessions import MongoSessions

ENTER = "/sign-in/account"
NOT_BEGUN = "This sign-in was not begun here, or took more than ten minutes. Begin again."
NO_ROLE = "Your organisation knows you, but gave you no role here. Ask whoever gives them."
WRONG = "No such name and password here. After five tries each further one has to wait."
AWAY = "Your organisation's sign-in does not answer. Try again in a minute."


class SignIn:
    """The routes that give and take the cookie."""

    def __init__(
        self,
        views: Views,
        sessions: MongoSessions,
        flow: CodeFlow | None,
        accounts: MongoAccounts | None,
    ) -> None:
        self.access = views.access
        self.accounts = accounts
        self.sessions = sessions
        self.flow = flow

    async def paste(self, request: Request) -> Response:
        """A token of ours."""
        own_form(request)
        form = await read_form(request, 5)
        token, back = str(form.get("token", "")).strip(), way_back(str(form.get("back", "/")))
        at = now()
        try:
            who = verify(self.access.key, f"Bearer {token}", at)
        except ProblemError:
            return ask(back, wrong=True)
        ends_at = min(at + LASTS, end_of(token))
        return await self._kept(RedirectResponse(back, 303), who, at, ends_at)

    async def enter(self, request: Request) -> Response:
        """A name and a password. Raises ProblemError 404 where there are no local accounts."""
        own_form(request)
        if self.accounts is None:
            raise ProblemError(404, "not_found")
        form, at = await read_form(request, 5), now()
        back = way_back(str(form.get("back", "/")))
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        device = device_of(self.access.key, request.cookies.get(devices.COOKIE, ""), name, at)
        account = await self.accounts.enter(name, password, at, device)
        if account is None:
            return ask(back, failed=WRONG)
        answer = await self._kept(RedirectResponse(back, 303), account.principal, at, at + LASTS)
        if not await self.accounts.holds(account):
            await self.sessions.end(account.subject)
            return ask(back, failed=WRONG)
        if not device:
            self._remember(answer, name, at)
        return answer

    async def leave(self, back: str = "/") -> Response:
        """To the provider. Raises ProblemError 404 where there is none."""
        leaving = self._flow().leave(way_back(back), now())
        answer = RedirectResponse(leaving.url, 303, {"Cache-Control": "no-store"})
        answer.set_cookie(
            code_flow.COOKIE,
            leaving.cookie,
            max_age=int(code_flow.LASTS.total_seconds()),
            path="/sign-in",
            httponly=True,
            samesite="lax",  # it must come back with the provider's answer
            secure=self.access.secure,
        )
        return answer

    async def arrive(self, request: Request) -> Response:
        """From the provider. Raises ProblemError 404 where there is none."""
        flow, cookie = self._flow(), request.cookies.get(code_flow.COOKIE, "")
        answer = await self._arrived(flow, cookie, dict(request.query_params))
        answer.delete_cookie(code_flow.COOKIE, path="/sign-in")  # one try to a departure
        return answer

    async def _arrived(self, flow: CodeFlow, cookie: str, given: dict[str, str]) -> Response:
        try:
            found = await flow.arrive(cookie, given, now(), time.monotonic())
        except TransientError:
            return ask("/", failed=AWAY)
        if found is None:
            return ask("/", failed=NOT_BEGUN)
        who, back = found
        if not who.roles:
            return ask(back, failed=NO_ROLE)
        at = now()
        return await self._kept(signed_in(back), who, at, at + LASTS)

    async def out(self, request: Request) -> Response:
        """Every session of the person is over, on whatever device, and the cookie is gone."""
        own_form(request)
        who = self.access.signed_in(request)
        if who is not None:
            await self.sessions.end(who.subject)
        answer = RedirectResponse("/", 303)
        secure = self.access.secure
        name = cookie_name(secure=secure)
        answer.delete_cookie(name, httponly=True, samesite="strict", secure=secure)
        return answer

    def _remember(self, answer: Response, name: str, at: datetime) -> None:
        """So that nobody who guesses elsewhere can shut the person out here."""
        answer.set_cookie(
            devices.COOKIE,
            devices.issue(self.access.key, name, at),
            max_age=int(devices.LASTS.total_seconds()),
            path=ENTER,
            httponly=True,
            samesite="strict",
            secure=self.access.secure,
        )

    def _flow(self) -> CodeFlow:
        if self.flow is None:
            raise ProblemError(404, "not_found")
        return self.flow

    async def _kept(
        self, answer: Response, who: Principal, at: datetime, ends_at: datetime
    ) -> Response:
        secret = await self.sessions.begin(who, at, ends_at)
        secure = self.access.secure
        name = cookie_name(secure=secure)
        answer.set_cookie(name, secret, httponly=True, samesite="strict", secure=secure)
        return answer


def router(
    views: Views,
    sessions: MongoSessions,
    flow: CodeFlow | None = None,
    accounts: MongoAccounts | None = None,
) -> APIRouter:
    """The routes; without flow and accounts people paste tokens."""
    routes = APIRouter(include_in_schema=False)
    sign_in = SignIn(views, sessions, flow, accounts)
    routes.add_api_route(ENTER, sign_in.enter, methods=["POST"])
    routes.add_api_route("/sign-in", sign_in.paste, methods=["POST"])
    routes.add_api_route("/sign-in/leave", sign_in.leave)
    routes.add_api_route(code_flow.PATH, sign_in.arrive)
    routes.add_api_route("/sign-out", sign_in.out, methods=["POST"])
    return routes
