"""Who may call: a bearer token guards the exchange and the seeding, never the chain."""

from secrets import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.sandbox.problems import problem

_GUARDED = ("/v1/", "/sandbox/")


class BearerGuard:
    """Middleware, so that nothing of a stranger's request is read before the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] != "http" or not scope["path"].startswith(_GUARDED):
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get("authorization", "").encode()
        if compare_digest(given, self._expected):
            return await self._app(scope, receive, send)
        answer = problem(401, "unauthorized", "a token is needed", {"WWW-Authenticate": "Bearer"})
        return await answer(scope, receive, send)
