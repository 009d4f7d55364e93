"""Mail by SMTP (RFC 5321) and LMTP (RFC 2033): 250 only once it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from services.intake.mail.arrivals import Arrivals
from services.intake.mail.parse import Route
from services.intake.mail.words import LIMITS
from shared.errors import TransientError
from shared.log import get_logger
from shared.mail import Ours, of_ours

log = get_logger(__name__)
MOST_RECIPIENTS = 100
AT_ONCE = 16  # conversations; each holds up to one mail in memory
FROM_ONE = 12  # of them from one address, so that nobody takes every place
# RFC 5321, 4.5.3.2.7 wants minutes of a server that strangers talk to; ours stands behind one.
IDLE_S = 60.0
BUFFER = 1 << 16  # bytes of a conversation that wait to be read
ALL = 1 << 24  # more than ever waits
END = b"\r\n.\r\n"
TOO_LARGE = "552 5.3.4 the mail is too large"
TAKEN = "250 2.0.0 stored"
LATER = "451 4.3.0 try again later"
BUSY = b"421 4.3.2 too many conversations, try again later\r\n"
UNKNOWN = "550 5.1.1 nobody of that name here"
ONE = "452 4.5.3 one recipient at a time"


class Letterbox:
    """What the conversation asks; the names of the methods are aiosmtpd's."""

    def __init__(self, arrivals: Arrivals, own: Ours, *, most: int) -> None:
        self.arrivals = arrivals
        self.own = own
        self.most = most

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Only mail to our addresses is taken, with whatever stands behind a plus."""
        if not of_ours([address], self.own):
            return UNKNOWN
        if len(envelope.rcpt_tos) >= self.most:
            return ONE
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Store the mail, then say so."""
        route = Route(envelope.mail_from or "", tuple(envelope.rcpt_tos))
        try:
            await self.arrivals.take(bytes(envelope.original_content), route, datetime.now(UTC))
        except TransientError:
            return LATER
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is no reason to refuse a mail for good."""
        log.error("a mail could not be taken", error_class=type(error).__name__)
        return LATER


class Conversation(SMTP):
    """One connection; `house` knows the others. It ends where nothing comes for a while."""

    line_length_limit = BUFFER

    def __init__(self, house: Conversations) -> None:
        super().__init__(
            house.box,
            data_size_limit=LIMITS.bytes,
            enable_SMTPUTF8=True,
            hostname=house.hostname,
            ident="Redress",
            loop=asyncio.get_running_loop(),
            timeout=house.idle_s,
        )
        self.house = house

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or say that there are too many."""
        if not self.house.admits(transport):
            cast("asyncio.Transport", transport).write(BUSY)
            transport.close()
            return
        self.house.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for another."""
        if self.transport in self.house.open:
            self.house.open.discard(self.transport)
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """As the library's, which keeps an object of 60 bytes for each line, however short."""
        if await self.check_helo_needed():
            return
        envelope = cast("Envelope", self.envelope)
        if arg or not envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await content_from(self._reader, self._reset_timeout)
        status = TOO_LARGE
        if content is not None:
            envelope.original_content = content
            status = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call] # aiosmtpd's has no types
        await self.push(status)


class LmtpConversation(Conversation, LMTP):
    """The same by LMTP."""


class Conversations:
    """Makes the protocol of each connection, as many at once as memory bears."""

    def __init__(
        self, kind: type[Conversation], box: Letterbox, hostname: str, idle_s: float = IDLE_S
    ) -> None:
        self.kind = kind
        self.box = box
        self.hostname = hostname
        self.idle_s = idle_s
        self.open: set[asyncio.BaseTransport] = set()

    def __call__(self) -> asyncio.BaseProtocol:
        """One conversation."""
        found: asyncio.BaseProtocol = self.kind(self)
        return found

    def admits(self, transport: asyncio.BaseTransport) -> bool:
        """Whether there is room for one more, and for one more from there."""
        here = [_address(one) for one in self.open]
        return len(here) < AT_ONCE and here.count(_address(transport)) < FROM_ONE

    def close(self) -> None:
        """End what is under way: whoever has no 250 sends again."""
        for transport in list(self.open):
            transport.close()


def _address(transport: asyncio.BaseTransport) -> object:
    peer = transport.get_extra_info("peername")
    return peer[0] if peer else None


async def content_from(
    reader: asyncio.StreamReader, came: Callable[[], None] = lambda: None
) -> bytes | None:
    """A mail up to the line that ends it (RFC 5321 4.1.1.4), None for one that is too large.

    `came` is told of all that comes.
    """
    kept, large, start = bytearray(b"\r\n"), False, 0
    while (end := kept.find(END, start)) < 0:
        if len(kept) > LIMITS.bytes + len(END):
            kept, large = kept[1 - len(END) :], True
        start = max(0, len(kept) + 1 - len(END))
        chunk = await reader.read(ALL)
        if not chunk:
            raise ConnectionResetError
        came()
        kept += chunk
    if rest := kept[end + len(END) :]:
        reader.feed_data(bytes(rest))  # commands sent ahead; nothing else has come since
    dotted = kept[: end + 2].replace(b"\r\n.", b"\r\n")
    return None if large or len(dotted) > LIMITS.bytes + 2 else bytes(dotted[2:])


def smtp(arrivals: Arrivals, own: Ours, hostname: str) -> Conversations:
    """Conversations by SMTP."""
    return Conversations(Conversation, Letterbox(arrivals, own, most=MOST_RECIPIENTS), hostname)


def lmtp(arrivals: Arrivals, own: Ours, hostname: str) -> Conversations:
    """Conversations by LMTP, which wants an answer for each recipient: so there is one."""
    return Conversations(LmtpConversation, Letterbox(arrivals, own, most=1), hostname)
