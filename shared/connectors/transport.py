"""What carries httpx's requests to other servers: aiohttp's connections (decision 16)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from yarl import URL

MOST_AT_ONCE = 100
KEPT_S = 4.0  # less than a usual server keeps a silent connection
LIMIT_S = 5.0


def http_client(limit: float = LIMIT_S) -> httpx.AsyncClient:
    """A client for calls that an answer is read of whole; nothing is connected before the first."""
    return httpx.AsyncClient(transport=Transport(), timeout=limit, trust_env=False)


class Transport(httpx.AsyncBaseTransport):
    """Sends what httpx made of a request, byte for byte, and raises what httpx would."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises: httpx.TransportError."""
        if self._session is None:
            self._session = _session()
        limits = request.extensions["timeout"]
        body = await request.aread()
        with _as_httpx():
            answer = await self._session.request(
                request.method,
                URL(str(request.url), encoded=True),  # else yarl reads %2E%2E as the way up
                headers=request.headers.multi_items(),
                data=body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    connect=limits["pool"],
                    sock_connect=limits["connect"],
                    sock_read=limits["read"],
                ),
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for chunk in self._answer.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()  # the rest is not worth the connection


def _session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=MOST_AT_ONCE,
        keepalive_timeout=KEPT_S,
        ssl=httpx.create_ssl_context(trust_env=False),
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # httpx does
        skip_auto_headers=("Content-Type", "User-Agent"),
    )


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error)) from error
    except (aiohttp.ClientError, OSError, RuntimeError) as error:
        # uvloop raises RuntimeError for a connection that was closed meanwhile.
        raise httpx.ReadError(str(error)) from error
    except ValueError as error:
        raise httpx.LocalProtocolError("not a header") from error
