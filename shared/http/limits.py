"""What no request may exceed, whatever its route: bytes, doubled headers, ambiguous paths."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.errors import ProblemError, answer

BODY_BYTES = 1 << 20
# Ten megabytes a file and 25 in all (services/intake/attachments/types.yaml), and what is between.
FORM_BYTES = 26 << 20
HEADER_BYTES = 16 * 1024
READ_ON_BYTES = 8 << 20
READ_ON_S = 2.0
WRITES_AT_ONCE = 32
UPLOADS_AT_ONCE = 64
RETRY = {"Retry-After": "1"}
READS = ("GET", "HEAD", "OPTIONS")
_ONCE = (b"host", b"content-length", b"content-type", b"authorization", b"idempotency-key")
_AMBIGUOUS = (b"//", b"%2f", b"%2e", b"%5c", b"\\")


class Limits:
    """ASGI middleware: refuses what breaks a limit, and closes what it did not read to its end."""

    def __init__(
        self,
        app: ASGIApp,
        body_bytes: int = BODY_BYTES,
        header_bytes: int = HEADER_BYTES,
        form_bytes: int = FORM_BYTES,
    ) -> None:
        self.app = app
        self.body_bytes = body_bytes
        self.header_bytes = header_bytes
        self.form_bytes = form_bytes
        self.under_way: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        upload = _is_upload(scope)
        most = self.form_bytes if upload else self.body_bytes
        body = _Body(scope, receive, send, most)
        problem = self._problem(scope, most)
        if problem:
            await answer(problem)(scope, body.receive, body.send)
        elif scope["method"] in READS:
            await self.app(scope, body.receive, body.send)
        else:
            await self._write(scope, body, upload=upload)

    async def _write(self, scope: Scope, body: "_Body", *, upload: bool) -> None:
        """Serve it unless too many are being served: waiting in line would help nobody.

        Uploads take long, and are counted apart: they keep no other request out.
        """
        if self.under_way[upload] >= (UPLOADS_AT_ONCE if upload else WRITES_AT_ONCE):
            await answer(ProblemError(429, "busy", headers=RETRY))(scope, body.receive, body.send)
            return
        self.under_way[upload] += 1
        try:
            await self.app(scope, body.receive, body.send)
        finally:
            self.under_way[upload] -= 1

    def _problem(self, scope: Scope, most: int) -> ProblemError | None:
        headers = scope["headers"]
        if sum(len(name) + len(value) + 4 for name, value in headers) > self.header_bytes:
            return ProblemError(431, "headers_too_large")
        if _doubled(headers):
            return ProblemError(400, "doubled_header")
        path = scope.get("raw_path", b"")
        if len(path) + len(scope["query_string"]) > self.header_bytes:
            return ProblemError(414, "address_too_long")
        if any(sign in path.lower() for sign in _AMBIGUOUS):
            return ProblemError(404, "not_found")
        return _length_problem(headers, most)


def _is_upload(scope: Scope) -> bool:
    """Whether the body is a form with files; whatever serves no such form refuses it unread."""
    kind: bytes = dict(scope["headers"]).get(b"content-type", b"")
    return kind.lower().startswith(b"multipart/form-data")


def _length_problem(headers: Sequence[tuple[bytes, bytes]], most: int) -> ProblemError | None:
    length = dict(headers).get(b"content-length", b"0")
    if not length.isdigit():
        return ProblemError(400, "bad_content_length")
    if len(length) > len(str(most)) or int(length) > most:
        return ProblemError(413, "body_too_large")
    return None


def _doubled(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a header stands twice that two readers could read differently (RFC 9112, 6.3)."""
    counts = Counter(name for name, _ in headers)
    both = counts[b"content-length"] and counts[b"transfer-encoding"]
    return bool(both) or any(counts[name] > 1 for name in _ONCE)


class _Body:
    """Counts a body as it comes, whatever its length header says."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        headers = dict(scope["headers"])
        self.open = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self.left = limit
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.open = message.get("more_body", False)
            self.left -= len(message.get("body", b""))
            if self.left < 0:
                raise ProblemError(413, "body_too_large")
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on; where the body was not read to its end, the connection ends with it.

        Otherwise an endless body would keep the connection, and its sender, for ever.
        """
        kind = message["type"]
        if kind == "http.response.start" and self.open:
            message = {
                **message,
                "headers": [*message.get("headers", ()), (b"connection", b"close")],
            }
        if kind == "http.response.body" and self.open and not message.get("more_body"):
            await self._send({**message, "more_body": True})
            await self._read_on()
            message = {"type": kind}
        await self._send(message)

    async def _read_on(self) -> None:
        """Read what still comes, for a while: closing could lose the answer (RFC 9112, 9.6)."""
        left = READ_ON_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ_ON_S):
                while self.open and left > 0:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    self.open = message.get("more_body", False)
