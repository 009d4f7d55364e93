"""Mail by SMTP (RFC 5321) and LMTP (RFC 2033): 250 only once it is stored."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from services.intake.mail.arrivals import Arrivals
from services.intake.mail.parse import Route
from services.intake.mail.words import LIMITS
from shared.errors import TransientError
from shared.log import get_logger
from shared.mail import Ours, of_ours

log = get_logger(__name__)
AT_ONCE = 32  # conversations; each holds up to one mail in memory
LONGEST_LINE = 1 << 20  # bytes: RFC 5321 allows 1,000, and many send more
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

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
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


class Conversations:
    """Makes the protocol of each connection, as many at once as memory bears."""

    def __init__(self, box: Letterbox, protocol: type[SMTP], hostname: str) -> None:
        self.box = box
        self.protocol = protocol
        self.hostname = hostname
        self.open: set[asyncio.BaseTransport] = set()

    def __call__(self) -> asyncio.Protocol:
        """One conversation."""
        kind = _counted(self.protocol, self.open)
        found: asyncio.Protocol = kind(
            self.box,
            data_size_limit=LIMITS.bytes,
            enable_SMTPUTF8=True,
            hostname=self.hostname,
            ident="Redress",
            loop=asyncio.get_running_loop(),
        )
        return found

    def close(self) -> None:
        """End what is under way: whoever has no 250 sends again."""
        for transport in list(self.open):
            transport.close()


def _counted(protocol: type[SMTP], open_: set[asyncio.BaseTransport]) -> Any:
    class Counted(protocol):  # type: ignore[valid-type, misc]
        line_length_limit = LONGEST_LINE

        def connection_made(self, transport: asyncio.Transport) -> None:
            if len(open_) >= AT_ONCE:
                transport.write(BUSY)
                transport.close()
                return
            open_.add(transport)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            if self.transport in open_:
                open_.discard(self.transport)
                super().connection_lost(error)

    return Counted


def smtp(arrivals: Arrivals, own: Ours, hostname: str) -> Conversations:
    """Conversations by SMTP."""
    return Conversations(Letterbox(arrivals, own, most=100), SMTP, hostname)


def lmtp(arrivals: Arrivals, own: Ours, hostname: str) -> Conversations:
    """Conversations by LMTP, which wants an answer for each recipient: so there is one."""
    return Conversations(Letterbox(arrivals, own, most=1), LMTP, hostname)
