"""The rules of every call to an outside server: a time limit, tries, and few kinds of failure."""

import asyncio
import re
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

import httpx
import stamina
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from shared.errors import RedressError, TransientError

T = TypeVar("T")

LIMIT_S = 5.0
NOT_FOUND = 404

_RETRY = stamina.AsyncRetryingCaller(
    attempts=3, timeout=None, wait_initial=0.1, wait_max=1.0, wait_jitter=0.2
).on(TransientError)
# A wrong token or a flood says nothing about the matter asked, so the same call may succeed later.
_LATER = frozenset({401, 403, 408, 425, 429})
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Refused(RedressError):  # noqa: N818 - an answer of the other side, not a fault
    """The server understood and said no; asking again gives the same answer."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class Remote:
    """One server by its URL; a call ends within `limit` seconds, its retries included."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit: float = LIMIT_S,
    ) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._headers = dict(headers or {})
        self._limit = limit

    async def get(
        self, path: str, shape: TypeAdapter[T], params: Mapping[str, str] | None = None
    ) -> T | None:
        """What stands at the path, or None where nothing does. Raises: TransientError, Refused."""
        response = await self.send("GET", path, params=params)
        return None if response.status_code == NOT_FOUND else decoded(response, shape)

    async def post(
        self, path: str, body: object, shape: TypeAdapter[T], *, key: str | None = None
    ) -> T:
        """The answer to a body; an action carries a key. Raises: TransientError, Refused."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return decoded(await self.send("POST", path, json=body, headers=headers), shape)

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A final answer after three tries at most; only calls that may be repeated belong here."""
        every = {**self._headers, **(headers or {})}
        try:
            request = self._client.build_request(
                method,
                self._url + path,
                params=params,
                json=json,
                headers=every,
                timeout=self._limit,
            )
            async with asyncio.timeout(self._limit):
                return await _RETRY(self._once, request)
        except httpx.InvalidURL:
            raise Refused("invalid_request") from None
        except TimeoutError:
            raise TransientError(f"no answer within {self._limit} s") from None

    async def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._answer(request)
        except httpx.HTTPError as error:
            raise TransientError(type(error).__name__) from error
        if not (response.is_success or response.is_client_error) or response.status_code in _LATER:
            raise TransientError(f"answered {response.status_code}")
        return response

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request)


def segment(text: str) -> str:
    """Any text as one segment of a path; dots too, since `..` would climb."""
    return quote(text, safe="").replace(".", "%2E")


def decoded(response: httpx.Response, shape: TypeAdapter[T]) -> T:
    """The validated body. Raises: Refused for 4xx, TransientError for what cannot be decoded."""
    if response.is_client_error:
        raise Refused(_slug(response))
    try:
        return shape.validate_json(response.content)
    except ValidationError:
        raise TransientError("undecodable answer") from None


def _slug(response: httpx.Response) -> str:
    """The problem's own slug (RFC 9457, an extension member), or the status."""
    try:
        problem = from_json(response.content)
    except ValueError:
        problem = None
    slug = problem.get("slug") if isinstance(problem, dict) else None
    known = isinstance(slug, str) and _SLUG.fullmatch(slug)
    return str(slug) if known else f"http_{response.status_code}"
