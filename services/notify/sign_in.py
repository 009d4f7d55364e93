"""The staff's sign-in: a token becomes a cookie that no script and no other site can use."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.notify.access import COOKIE, now
from services.notify.html import page
from services.notify.views import Views
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import verify

_WAYS_BACK = re.compile(r"/(complaints/[A-Za-z0-9*~$=-]{1,64})?")


def ask(request: Request, wrong: bool = False) -> Response:
    """The sign-in form in the place of a page that needs a right."""
    return page("sign_in", 401, back=way_back(request.url.path), wrong=wrong)


def router(views: Views) -> APIRouter:
    """The routes that give and take the cookie."""
    routes, access = APIRouter(include_in_schema=False), views.access

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request, 5)
        token, back = str(form.get("token", "")).strip(), way_back(str(form.get("back", "/")))
        try:
            verify(access.key, f"Bearer {token}", now())
        except ProblemError:
            return page("sign_in", 401, back=back, wrong=True)
        answer = RedirectResponse(back, 303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=access.secure)
        return answer

    @routes.post("/sign-out")
    async def sign_out() -> Response:
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=access.secure)
        return answer

    return routes


def way_back(path: str) -> str:
    """A path of ours to go to after signing in; the board for all others."""
    return path if _WAYS_BACK.fullmatch(path) else "/"
