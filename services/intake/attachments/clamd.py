"""A virus scanner: clamd, asked over its socket with INSTREAM (clamd(8), COMMANDS)."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from dataclasses import dataclass, field
from typing import Literal

from services.intake.places import host_port
from shared.errors import TransientError

Verdict = Literal["clean", "malware", "unscannable"]
ANSWER_WITHIN_S = 8.0
AWAY_FOR_S = 5.0
CHUNK = 1 << 17


@dataclass
class Clamd:
    """One scanner. Whoever finds it away spares the next callers their wait, for AWAY_FOR_S."""

    host: str
    port: int
    _away_until: float = field(default=0.0, repr=False)

    async def scan(self, content: bytes) -> Verdict:
        """Say what is in the bytes. Raises TransientError where no clear answer comes.

        Only a scanner that cannot be reached, or is slow, is away for other files too.
        """
        if time.monotonic() < self._away_until:
            raise TransientError("the scanner is away")
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return _verdict(await self._ask(content))
        except (OSError, EOFError) as error:
            self._away_until = time.monotonic() + AWAY_FOR_S
            raise TransientError("the scanner is away") from error
        except (ValueError, asyncio.LimitOverrunError) as error:
            raise TransientError("the scanner has said nothing clear") from error

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        # Read from the start: it answers a stream that is too long, and closes, before its end.
        answer = asyncio.create_task(reader.readuntil(b"\0"))
        try:
            with contextlib.suppress(ConnectionError):
                await _send(writer, content)
            return await answer
        finally:
            answer.cancel()
            writer.close()


async def _send(writer: asyncio.StreamWriter, content: bytes) -> None:
    writer.write(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        writer.write(struct.pack(">I", len(chunk)) + chunk)
        await writer.drain()
    writer.write(struct.pack(">I", 0))


def clamd(address: str) -> Clamd | None:
    """The scanner at host:port, None for an empty address. Raises UsageError on another one."""
    if not address:
        return None
    return Clamd(*host_port(address, "REDRESS_CLAMAV"))


def _verdict(answer: bytes) -> Verdict:
    """`stream: OK`, `stream: <name> FOUND` or `<why> ERROR`; anything else says nothing."""
    text = answer.rstrip(b"\0\n")
    if text == b"stream: OK":
        return "clean"
    if text.startswith(b"stream: ") and text.endswith(b" FOUND"):
        return "malware"
    if text.endswith(b" ERROR"):
        return "unscannable"
    raise ValueError("not scanned")
