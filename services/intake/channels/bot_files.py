"""Files that customers send to a bot, fetched from Telegram (Bot API, `getFile`)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from services.intake.attachments import File
from services.intake.attachments.types import allowed
from services.intake.channels.updates import Attached
from shared.channels import Account
from shared.log import get_logger

WITHIN_S = 8.0
PAUSES_S = (0.3, 1.0, 2.0)
BUSY = httpx.codes.TOO_MANY_REQUESTS
log = get_logger(__name__)


class _AwayError(ValueError):
    """Telegram's servers cannot answer now."""


@dataclass(frozen=True)
class BotFiles:
    """Fetches what it can in time; what stays with Telegram is noted in the message's text.

    A server that is away is asked again for some seconds; the message waits no longer than that.
    """

    http: httpx.AsyncClient

    async def fetch(self, account: Account, files: Sequence[Attached]) -> tuple[File, ...]:
        """The files that could be had, each within the limit of an attachment."""
        if account.token is None:
            return ()
        found = []
        for file in files:
            try:
                async with asyncio.timeout(WITHIN_S):
                    content = await self._tried(account, file)
            except (httpx.HTTPError, TimeoutError, ValueError) as error:
                log.warning("a file stays with Telegram", error_class=type(error).__name__)
                continue
            found.append(File(file.name, content))
        return tuple(found)

    async def _tried(self, account: Account, file: Attached) -> bytes:
        """Ask again while the servers are away, as long as the message can wait."""
        for pause in PAUSES_S:
            try:
                return await self._content(account, file)
            except (httpx.HTTPError, _AwayError) as error:
                log.info("waiting", error_class=type(error).__name__)
            await asyncio.sleep(pause)
        return await self._content(account, file)

    async def _content(self, account: Account, file: Attached) -> bytes:
        token = account.token.get_secret_value() if account.token else ""
        answer = await self.http.get(
            f"{account.api_url}/bot{token}/getFile", params={"file_id": file.file_id}
        )
        path = _path(answer)
        content = bytearray()
        async with self.http.stream("GET", f"{account.api_url}/file/bot{token}/{path}") as stream:
            _check(stream)
            async for chunk in stream.aiter_bytes():
                content += chunk
                if len(content) > allowed().limits.file_bytes:
                    raise ValueError("too large")
        return bytes(content)


def _check(answer: httpx.Response) -> None:
    """Raise where there is no such file, or where nobody can say so now."""
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code == BUSY:
        raise _AwayError
    if answer.status_code != httpx.codes.OK:
        raise ValueError("no such file")


def _path(answer: httpx.Response) -> str:
    _check(answer)
    body = answer.json()
    result = body.get("result") if isinstance(body, dict) else None
    path = result.get("file_path") if isinstance(result, dict) else None
    if not isinstance(path, str) or ".." in path or path.startswith("/"):
        raise ValueError("no such file")
    return path
