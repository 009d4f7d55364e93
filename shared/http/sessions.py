"""Sessions of staff at the pages: a cookie that says nothing, and what the server knows of it.

Times of NIST SP 800-63B-4, 2.2.3 (AAL2): an hour without a request ends a session, as does its
overall time, which is shorter here than the day allowed there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from shared.http.tokens import Principal

COOKIE = "redress_staff"
HOST = "__Host-"
"""RFC 6265bis, 4.1.3.2: no neighbour of the site's name can set such a cookie; it needs TLS."""
REFRESH = "redress-refresh"
"""The header of what a page asks for by itself."""
LASTS = timedelta(hours=8)
"""A working day: who was let go at the provider is out of here by then."""
SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Session:
    """Who signed in and when, the last request (to the minute), and the latest end."""

    principal: Principal
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


class Sessions(Protocol):
    """Where sessions are kept."""

    async def find(self, secret: str, now: datetime, *, used: bool) -> Session | None:
        """The session that is not over, and notes whether it was used. Raises TransientError."""


def digest_of(secret: str) -> str:
    """What is kept of a secret: who reads the database can use no session."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """What browsers know the cookie as; `secure` where the pages are served by TLS."""
    return f"{HOST}{COOKIE}" if secure else COOKIE


def token_of(scope: Scope, name: str) -> str:
    """What stands in the cookie, the last of two: a session's secret, or a token of ours."""
    found = [value for own, value in _cookies(scope) if own == name]
    return found[-1] if found else ""


def is_secret(value: str) -> bool:
    """Whether a cookie's value may be a session's secret."""
    return _SECRET.fullmatch(value) is not None


def is_used(scope: Scope) -> bool:
    """Whether somebody is at the page: it asks for news of itself by itself."""
    headers = Headers(scope=scope)
    return REFRESH not in headers and "text/event-stream" not in headers.get("accept", "")


def with_token(scope: Scope, token: str) -> Scope:
    """The request as every route reads it: a token of ours in COOKIE, or no such cookie.

    The others stay as they were sent: a value that is decoded and written anew could hold a
    second cookie.
    """
    ours = (COOKIE, HOST + COOKIE)
    left = [f"{name}={value}" for name, value in _cookies(scope) if name not in ours]
    if token:
        left.append(f"{COOKIE}={token}")
    headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    if left:
        headers.append((b"cookie", "; ".join(left).encode("latin-1")))
    return {**scope, "headers": headers}


def _cookies(scope: Scope) -> list[tuple[str, str]]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    parts = (part.partition("=") for line in lines for part in line.split(";"))
    return [(name.strip(), value.strip()) for name, equals, value in parts if equals]
