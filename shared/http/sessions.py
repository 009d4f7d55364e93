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

from starlette.types import Scope

from shared.http.tokens import Principal

COOKIE = "redress_staff"
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

    async def find(self, secret: str, now: datetime) -> Session | None:
        """The session that is not over, and notes that it was used. Raises TransientError."""


def digest_of(secret: str) -> str:
    """What is kept of a secret: who reads the database can use no session."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(scope: Scope) -> str | None:
    """The secret of a request's session, if its cookie is one."""
    found = token_of(scope)
    return found if _SECRET.fullmatch(found) else None


def token_of(scope: Scope) -> str:
    """What stands in the session's cookie, the last of two; a token of ours is taken there, too."""
    found = [value for name, value in _cookies(scope) if name == COOKIE]
    return found[-1] if found else ""


def with_token(scope: Scope, token: str | None) -> Scope:
    """The request as every route reads it: a token of ours in the cookie's place, or no cookie.

    The others stay as they were sent: a value that is decoded and written anew could hold a
    second cookie.
    """
    left = [f"{name}={value}" for name, value in _cookies(scope) if name != COOKIE]
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
