"""The door: from a request to its 202, every tenth with three files, while only intake runs."""

from __future__ import annotations

import asyncio
import os
import struct
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from zlib import crc32

import aiohttp

from services.intake.attachments.metadata.png import SIGNATURE
from tests.bench.ground import Ground, ground, say
from tests.bench.measures.customers import until_ready
from tests.bench.measures.latency import body_of
from tests.bench.section import Section, machine_load, percentile
from tests.bench.variant import MODULES

RATES, FOR_S, WARM_S = (50.0, 100.0, 200.0), 15.0, 5.0
FILES, FILE_BYTES, EVERY = 3, 100_000, 10
PROMISED_MS = 20.0
HEADER = (300, 300, 8, 2, 0, 0, 0)  # W3C PNG 11.2.1: width, height, depth, colours


@dataclass
class Answers:
    """Milliseconds from request to 202, without files and with; how many got another answer."""

    plain: list[float] = field(default_factory=list)
    filed: list[float] = field(default_factory=list)
    others: dict[int, int] = field(default_factory=dict)

    def note(self, status: int, ms: float, *, filed: bool) -> None:
        """Count one answer."""
        if status == HTTPStatus.ACCEPTED:
            (self.filed if filed else self.plain).append(ms)
        else:
            self.others[status] = self.others.get(status, 0) + 1


async def _run(place: Ground) -> list[tuple[Answers, float]]:
    await place.prepare()
    found = []
    with place.services(MODULES["ours"], ["intake"]) as gate:
        gate.open()
        url = place.url("intake")
        await until_ready(place, ["intake"])
        await _ask(url, RATES[0], WARM_S)
        for rate in RATES:
            with machine_load() as load:
                answers = await _ask(url, rate, FOR_S)
            found.append((answers, load.cores))
    return found


async def _ask(url: str, rate: float, seconds: float) -> Answers:
    numbers = range(int(seconds * rate))
    requests = [_request(number, filed=number % EVERY == 0) for number in numbers]
    answers, began = Answers(), time.monotonic()

    async def one(http: aiohttp.ClientSession, number: int) -> None:
        await asyncio.sleep(began + number / rate - time.monotonic())
        asked = time.monotonic()
        async with http.post(f"{url}/v1/complaints", **requests[number]) as answer:
            await answer.read()
        filed = number % EVERY == 0
        answers.note(answer.status, (time.monotonic() - asked) * 1000, filed=filed)

    connector = aiohttp.TCPConnector(limit=0)  # as many customers at once as there are
    async with aiohttp.ClientSession(connector=connector) as http:
        await asyncio.gather(*(one(http, number) for number in numbers))
    return answers


def _request(number: int, *, filed: bool) -> dict[str, Any]:
    body = body_of(number)
    if not filed:
        return {"json": body}
    form = aiohttp.FormData(body)
    for n in range(FILES):
        noise = os.urandom(FILE_BYTES)
        picture = {"filename": f"{n}.png", "content_type": "image/png"}
        form.add_field("attachments", _picture(noise), **picture)
    return {"data": form}


def _picture(noise: bytes) -> bytes:
    parts = (b"IHDR", struct.pack(">IIBBBBB", *HEADER)), (b"IDAT", noise), (b"IEND", b"")
    return SIGNATURE + b"".join(
        struct.pack(">I4s", len(content), kind)
        + content
        + struct.pack(">I", crc32(content, crc32(kind)))
        for kind, content in parts
    )


def measure() -> Section:
    """At a quarter, half and all of the promised rate. Raises BenchError."""
    say("door", f"{', '.join(f'{rate:.0f}/s' for rate in RATES)}, {FOR_S:.0f} s each")
    with ground() as place:
        found = asyncio.run(_run(place))
    section = Section(
        "The door",
        f"Complaints over HTTP for {FOR_S:.0f} s at each rate, every {EVERY}th with {FILES} files "
        f"of {FILE_BYTES // 1000} KB; milliseconds from the request to its 202, as the customer "
        "sees it. Only intake runs.",
        ("complaints/s", "requests", "202", "p50 ms", "p99 ms", "others", "machine, cores"),
    )
    for rate, (answers, cores) in zip(RATES, found, strict=True):
        both = {"without files": answers.plain, "with files": answers.filed}
        for name, ms in {**both, "all": [*answers.plain, *answers.filed]}.items():
            shares = (f"{percentile(ms, share):.0f}" for share in (0.5, 0.99))
            others = str(answers.others or "")
            row = f"{rate:.0f}", name, str(len(ms)), *shares, others, f"{cores:.2f}"
            section.rows.append(row)
    answers, _ = found[-1]
    p99 = percentile([*answers.plain, *answers.filed], 0.99)
    section.demand(held=p99 < PROMISED_MS, otherwise=f"p99 from request to 202 {p99:.0f} ms")
    section.demand(held=not answers.others, otherwise=f"other answers: {answers.others}")
    return section
