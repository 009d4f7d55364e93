"""Mail fetched from a folder (RFC 9051): stored first, marked as seen after that."""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from services.intake.mail.arrivals import Arrivals
from services.intake.mail.parse import Route
from services.intake.mail.words import LIMITS
from shared.errors import TransientError
from shared.log import get_logger

log = get_logger(__name__)
SERVER_LIMIT_S = 30.0
FAULTS = (imaplib.IMAP4.error, ImapToolsError, OSError)
T = TypeVar("T")


@dataclass(frozen=True)
class Fetcher:
    """Looks at a folder every `poll_s` seconds. `url` is `imaps://user:password@host/folder`."""

    arrivals: Arrivals
    url: str
    poll_s: float

    async def run(self) -> None:
        """Fetch until cancelled; a server that is away is asked again."""
        while True:
            try:
                await self.fetch()
            except TransientError as error:
                log.warning("waiting", reason=str(error))
            except Exception:
                log.exception("a look at the mailbox failed")
            await asyncio.sleep(self.poll_s)

    async def fetch(self) -> int:
        """Take what is unseen, and say how many mails. Raises TransientError."""
        box = await _in_thread(lambda: _opened(self.url))
        try:
            unseen = await _in_thread(lambda: box.uids(AND(seen=False)))
            return sum([await self._take(box, uid) for uid in unseen])
        finally:
            await asyncio.to_thread(_close, box)

    async def _take(self, box: BaseMailBox, uid: str) -> bool:
        try:
            found = await _in_thread(lambda: _read(box, uid))
            if found is None:  # somebody has deleted it
                return False
            raw, reached = found
            await self.arrivals.take(raw, Route(), min(reached, datetime.now(UTC)))
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001 - one mail must not end the fetching of all
            log.warning("a mail waits: it could not be taken", error_class=type(error).__name__)
            return False
        await _in_thread(lambda: box.flag(uid, MailMessageFlags.SEEN, value=True))
        return True


async def _in_thread(call: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(call)
    except FAULTS as error:
        raise TransientError("the mailbox is away") from error


def _opened(url: str) -> BaseMailBox:
    parts = urlsplit(url)
    kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    box = kind(parts.hostname or "", port, timeout=SERVER_LIMIT_S)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return box.login(unquote(parts.username or ""), unquote(parts.password or ""), folder)


def _read(box: BaseMailBox, uid: str) -> tuple[bytes, datetime] | None:
    """The message, unmarked, and when the server had it; a large one is cut, and shows it."""
    what = f"(INTERNALDATE BODY.PEEK[]<0.{LIMITS.bytes + 1}>)"
    _, found = box.client.uid("FETCH", uid, what)
    answer: Any = next((part for part in found if isinstance(part, tuple)), None)
    if answer is None:
        return None
    told = imaplib.Internaldate2tuple(answer[0])
    now = datetime.now(UTC)
    reached = datetime(*told[:6]).astimezone(UTC) if told else now
    return answer[1], reached


def _close(box: BaseMailBox) -> None:
    try:
        box.logout()
    except FAULTS:
        box.client.shutdown()
