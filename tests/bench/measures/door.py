"""The door: from a request to its 202, every tenth with three files, while only intake runs."""

from __future__ import annotations

import asyncio
import os
import struct
import time
from dataclasses import dataclass, field
from zlib import crc32

import httpx

from services.intake.attachments.metadata.png import SIGNATURE
from tests.bench.ground import Ground, ground, say
from tests.bench.measures.customers import until_ready
from tests.bench.measures.latency import body_of
from tests.bench.section import Section, machine_load, percentile
from tests.bench.variant import MODULES

RATE, FOR_S, WARM_S = 200.0, 20.0, 5.0
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
        if status == httpx.codes.ACCEPTED:
            (self.filed if filed else self.plain).append(ms)
        else:
            self.others[status] = self.others.get(status, 0) + 1


async def _run(place: Ground) -> tuple[Answers, float]:
    await place.prepare()
    with place.services(MODULES["ours"], ["intake"]) as gate:
        gate.open()
        url = place.url("intake")
        await until_ready(place, ["intake"])
        await _ask(url, WARM_S)
        with machine_load() as load:
            answers = await _ask(url, FOR_S)
    return answers, load.cores


async def _ask(url: str, seconds: float) -> Answers:
    answers, began = Answers(), time.monotonic()

    async def one(http: httpx.AsyncClient, number: int) -> None:
        await asyncio.sleep(began + number / RATE - time.monotonic())
        filed = number % EVERY == 0
        asked = time.monotonic()
        answer = await http.post("/v1/complaints", **_request(number, filed=filed))
        answers.note(answer.status_code, (time.monotonic() - asked) * 1000, filed=filed)

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, limits=limits) as http:
        await asyncio.gather(*(one(http, number) for number in range(int(seconds * RATE))))
    return answers


def _request(number: int, *, filed: bool) -> dict[str, object]:
    body = body_of(number)
    if not filed:
        return {"json": body}
    files = [
        ("attachments", (f"{n}.png", _picture(os.urandom(FILE_BYTES)), "image/png"))
        for n in range(FILES)
    ]
    return {"data": body, "files": files}


def _picture(noise: bytes) -> bytes:
    parts = (b"IHDR", struct.pack(">IIBBBBB", *HEADER)), (b"IDAT", noise), (b"IEND", b"")
    return SIGNATURE + b"".join(
        struct.pack(">I4s", len(content), kind)
        + content
        + struct.pack(">I", crc32(content, crc32(kind)))
        for kind, content in parts
    )


def measure() -> Section:
    """At the promised rate. Raises BenchError."""
    say("door", f"{RATE:.0f}/s for {FOR_S:.0f} s")
    with ground() as place:
        answers, cores = asyncio.run(_run(place))
    section = Section(
        "The door",
        f"{RATE:.0f} complaints a second over HTTP for {FOR_S:.0f} s, every {EVERY}th with {FILES} "
        f"files of {FILE_BYTES // 1000} KB; milliseconds from the request to its 202, as the "
        "customer sees it. Only intake runs.",
        ("requests", "answered 202", "p50 ms", "p99 ms", "machine, cores"),
    )
    both = {"without files": answers.plain, "with files": answers.filed}
    for name, ms in {**both, "all": [*answers.plain, *answers.filed]}.items():
        shares = (f"{percentile(ms, share):.0f}" for share in (0.5, 0.99))
        section.rows.append((name, str(len(ms)), *shares, f"{cores:.2f}"))
    p99 = percentile([*answers.plain, *answers.filed], 0.99)
    section.demand(held=p99 < PROMISED_MS, otherwise=f"p99 from request to 202 {p99:.0f} ms")
    section.demand(held=not answers.others, otherwise=f"other answers: {answers.others}")
    return section
