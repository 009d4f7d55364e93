"""Members of staff at our pages: the cookie of their sign-in, and the form that asks for it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from fastapi import Request, Response

from shared.http.errors import ProblemError
from shared.http.sessions import COOKIE
from shared.http.tokens import Principal, verify
from shared.pages.html import environment, page

CALLS = "/staff/calls"
CASES = "/cases"
DEAD_LETTERS = r"/staff/[a-z]{1,20}/dead-letters(/\d{1,6}/\d{1,19})?"
_WAYS_BACK = re.compile(
    rf"/((complaints|cases)/[A-Za-z0-9*~$=-]{{1,64}})?|{CALLS}|{CASES}|/health|{DEAD_LETTERS}"
)
_templates = environment("shared.pages", "templates")
_templates.globals |= {"provider": False, "accounts": False}


def principal(request: Request, key: str, now: datetime) -> Principal:
    """The person of the bearer, else of the cookie. Raises ProblemError 401."""
    header = request.headers.get("authorization")
    cookie = request.cookies.get(COOKIE)
    return verify(key, header or (f"Bearer {cookie}" if cookie else None), now)


def member(request: Request, key: str, roles: Collection[str], now: datetime) -> Principal | None:
    """The person, if there is one in one of the roles."""
    try:
        found = principal(request, key, now)
    except ProblemError:
        return None
    return None if found.roles.isdisjoint(roles) else found


def ask(path: str, *, wrong: bool = False, failed: str = "", refresh: bool = False) -> Response:
    """The sign-in form in the place of a page that needs a right; it leads back to the page.

    `wrong`: the token that was given is not good; `failed` says why another way did not work;
    `refresh`: a page asks for news of itself, and is loaded anew (htmx, HX-Refresh).
    """
    asked = page(_templates, "sign_in", 401, back=way_back(path), wrong=wrong, failed=failed)
    if refresh:
        asked.headers["HX-Refresh"] = "true"
    return asked


def signed_in(back: str) -> Response:
    """The page that leads on after a sign-in at another site."""
    return page(_templates, "signed_in", back=way_back(back))


def offer(*, provider: bool, accounts: bool) -> None:
    """Which ways in this process's form names beside a token."""
    _templates.globals |= {"provider": provider, "accounts": accounts}


def way_back(path: str) -> str:
    """A path of ours to go to after signing in; the board for all others."""
    return path if _WAYS_BACK.fullmatch(path) else "/"
