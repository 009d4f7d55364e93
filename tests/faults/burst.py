"""Complaints at a fixed rate, or as fast as the door answers: a small client that costs little."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

CLIENTS = 32


@dataclass
class Burst:
    """`count` complaints in `seconds`, or later where every client still waits for an answer.

    `late` is the longest that one waited for a client, in seconds.
    """

    port: int
    count: int
    seconds: float
    codes: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)  # of those that were answered 202
    late: float = 0.0

    @property
    def p99(self) -> float:
        """Seconds."""
        return sorted(self.took)[int(len(self.took) * 0.99)]

    async def run(self) -> None:
        """Send them all and read every answer."""
        started = time.monotonic()
        numbers = iter(range(self.count))
        await asyncio.gather(*(self._client(numbers, started) for _ in range(CLIENTS)))

    async def _client(self, numbers: Iterator[int], started: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for number in numbers:
            due = started + number * self.seconds / self.count
            await asyncio.sleep(due - time.monotonic())
            sent = time.monotonic()
            self.late = max(self.late, sent - due)
            writer.write(_request(number))
            code = await _answer(reader)
            self.codes[code] += 1
            if code == 202:
                self.took.append(time.monotonic() - sent)
        writer.close()


def _request(number: int) -> bytes:
    body = json.dumps(
        {
            "subject": "An idea",
            "description": f"Please add a dark theme, number {number}.",
            "contact_email": f"customer.{number}@customers.example",
        }
    ).encode()
    head = (
        "POST /v1/complaints HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length))
    return int(head.split(" ", 2)[1])
