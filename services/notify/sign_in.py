"""The staff's sign-in: a token becomes a cookie that no script and no other site can use.

The token is one of ours, pasted, or one that we make for whom the identity provider sends back.
"""

from __future__ import annotations

import time
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.notify.access import now
from services.notify.views import Views
from shared.errors import TransientError
from shared.http import code_flow
from shared.http.code_flow import CodeFlow
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import issue_for, verify
from shared.pages.html import own_form
from shared.pages.staff import COOKIE, ask, signed_in, way_back

LASTS = timedelta(hours=8)
"""A working day: who was let go at the provider is out of here by then."""
NOT_BEGUN = "This sign-in was not begun here, or took more than ten minutes. Begin again."
NO_ROLE = "Your organisation knows you, but gave you no role here. Ask whoever gives them."
AWAY = "Your organisation's sign-in does not answer. Try again in a minute."


class SignIn:
    """The routes that give and take the cookie."""

    def __init__(self, views: Views, flow: CodeFlow | None) -> None:
        self.access = views.access
        self.flow = flow

    async def paste(self, request: Request) -> Response:
        """A token of ours."""
        form = await read_form(request, 5)
        token, back = str(form.get("token", "")).strip(), way_back(str(form.get("back", "/")))
        try:
            verify(self.access.key, f"Bearer {token}", now())
        except ProblemError:
            return ask(back, wrong=True)
        return self._kept(RedirectResponse(back, 303), token)

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
        try:
            found = await flow.arrive(cookie, dict(request.query_params), now(), time.monotonic())
        except TransientError:
            return ask("/", failed=AWAY)
        if found is None:
            return ask("/", failed=NOT_BEGUN)
        who, back = found
        if not who.roles:
            return ask(back, failed=NO_ROLE)
        answer = self._kept(signed_in(back), issue_for(self.access.key, who, now(), LASTS))
        answer.delete_cookie(code_flow.COOKIE, path="/sign-in")
        return answer

    async def out(self, request: Request) -> Response:
        """The cookie is gone."""
        own_form(request)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self.access.secure)
        return answer

    def _flow(self) -> CodeFlow:
        if self.flow is None:
            raise ProblemError(404, "not_found")
        return self.flow

    def _kept(self, answer: Response, token: str) -> Response:
        answer.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", secure=self.access.secure
        )
        return answer


def router(views: Views, flow: CodeFlow | None = None) -> APIRouter:
    """The routes; without a flow people paste tokens."""
    routes, sign_in = APIRouter(include_in_schema=False), SignIn(views, flow)
    routes.add_api_route("/sign-in", sign_in.paste, methods=["POST"])
    routes.add_api_route("/sign-in/leave", sign_in.leave)
    routes.add_api_route(code_flow.PATH, sign_in.arrive)
    routes.add_api_route("/sign-out", sign_in.out, methods=["POST"])
    return routes
