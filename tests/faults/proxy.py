"""A TCP proxy that can be cut, slowed, made to hang, or made to lose answers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.local.ports import LOOPBACK

CHUNK = 64 * 1024
LAST_S = 0.01
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
Wanted = Callable[[bytes], bool]


@dataclass
class Weather:
    """What happens to bytes on their way; the default is nothing."""

    mode: Literal["pass", "hang"] = "pass"
    latency_s: float = 0.0  # of each answer
    rate: float = 0.0  # bytes a second, each way; 0: as fast as can be
    wanted: Wanted | None = None  # which requests are done, but never answered
    losses: int = 0  # how many of them are left
    mute: bool = False  # their connections stay, and say nothing any more


@dataclass(eq=False)
class Link:
    """One client's connection and the proxy's own to the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    doomed: bool = False
    muted: bool = False

    def reset(self) -> None:
        """End both sides at once."""
        for writer in self.client, self.server:
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, RESET
                )
            writer.transport.abort()


@dataclass
class Proxy:
    """Stands at `port` of the loopback before `target`; it lives in a thread of its own."""

    port: int
    target: int
    lost: int = 0
    weather: Weather = field(default_factory=Weather)
    _links: set[Link] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server | None = None
    _thread: threading.Thread | None = None
    _clear: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Begin to listen."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._clear.set()
        self._do(self._listen())

    def stop(self) -> None:
        """End everything."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread:
            self._thread.join()
        self._loop.close()

    def heal(self) -> None:
        """Let everything pass again."""
        self._do(self._set(Weather()))
        self._do(self._listen())

    def down(self) -> None:
        """Cut all connections and refuse new ones."""
        self._do(self._refuse())

    def reset(self) -> None:
        """Cut all connections; new ones are taken."""
        self._do(self._cut())

    def hang(self) -> None:
        """Take connections and bytes, and pass nothing on."""
        self._do(self._set(Weather("hang")))

    def slow(self, latency_s: float = 0.0, rate: float = 0.0) -> None:
        """Let answers take longer, or only so many bytes pass in a second."""
        self._do(self._set(Weather(latency_s=latency_s, rate=rate)))

    def lose(self, wanted: Wanted, times: int = 1) -> None:
        """The next requests that are `wanted` reach the server; their answers are lost in a cut."""
        self._do(self._set(Weather(wanted=wanted, losses=times)))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def mute(self, wanted: Wanted, times: int = 1) -> None:
        """Connections of the next requests that are `wanted` stay, and say nothing any more."""
        self._do(self._set(Weather(wanted=wanted, losses=times, mute=True)))

    async def _set(self, weather: Weather) -> None:
        self.weather = weather
        if weather.mode == "hang":
            self._clear.clear()
        else:
            self._clear.set()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    async def _refuse(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for link in list(self._links):
            link.reset()

    async def _end(self) -> None:
        self._clear.set()
        await self._refuse()
        ours = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not ours]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(LAST_S)  # sockets are closed by calls that the loop still has to make

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._clear.wait()
            answers, server = await asyncio.open_connection(LOOPBACK, self.target)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
            return
        link = Link(writer, server)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(reader, server, link, back=False),
                self._pump(answers, writer, link, back=True),
            )
        except OSError:
            pass
        finally:
            self._links.discard(link)
            link.reset()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link, *, back: bool
    ) -> None:
        while data := await reader.read(self._most()):
            await self._delay(data, back=back)
            if not back:
                self._doom(link, data)
            elif link.doomed:
                raise ConnectionResetError
            elif link.muted:
                continue
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError  # one side ended, so the other does too

    def _most(self) -> int:
        return max(1, int(self.weather.rate / 10)) if self.weather.rate else CHUNK

    async def _delay(self, data: bytes, *, back: bool) -> None:
        weather = self.weather
        if weather.rate:
            await asyncio.sleep(len(data) / weather.rate)
        if back and weather.latency_s:
            await asyncio.sleep(weather.latency_s)
        await self._clear.wait()

    def _doom(self, link: Link, data: bytes) -> None:
        weather = self.weather
        if weather.losses and weather.wanted and weather.wanted(data):
            weather.losses -= 1
            self.lost += 1
            link.doomed, link.muted = not weather.mute, weather.mute
