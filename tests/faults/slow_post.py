"""A mail server with bad days: it hangs, refuses, or takes a mail and hangs up without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Literal

Mood = Literal["well", "hang", "later", "cut"]


@dataclass
class BadPost:
    """`moods` are what the next mails meet, one each; then it is well. `met` tells what came."""

    moods: list[Mood] = field(default_factory=list)
    met: list[tuple[str, Mood]] = field(default_factory=list)
    _server: asyncio.Server | None = None

    async def start(self) -> int:
        """Begin to listen; returns the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()

    def of(self, key: str) -> Sequence[Mood]:
        """What the tries of one mail met."""
        return [mood for id_, mood in self.met if id_ == key]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := await reader.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                if not await self._take(reader, writer):
                    return
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 yes\r\n")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one mail and answer as the mood is; whether the talk goes on."""
        raw = await reader.readuntil(b"\r\n.\r\n")
        mood: Mood = self.moods.pop(0) if self.moods else "well"
        self.met.append((message_from_bytes(raw)["Message-ID"], mood))
        if mood == "hang":
            await reader.read()  # until the other side gives up
            return False
        if mood == "cut":
            return False
        writer.write(b"250 taken\r\n" if mood == "well" else b"451 later\r\n")
        return True
