"""What traces and metrics cost: traced complaints beside others, in turn, in the same processes."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from shared.pipeline import SERVICES
from shared.runner.scan import reader
from shared.settings import Settings
from shared.traceparent import sampled
from shared.tracing.otlp import EVERY_S
from tests.bench import sampler
from tests.bench.complaints import SUGGESTION_EVERY, complaint_of, preload_these
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.meter import Meter
from tests.bench.progress import DEAD, EVENTS, Progress
from tests.bench.section import Section
from tests.bench.variant import LOOK_S, MODULES
from tests.e2e.collector import collecting

HALF = 0.5
ORDER = (False, True, True, False)
ROUNDS, WARM = 4, 2
SCRAPE_S = 15.0
SLOWEST_S = 120.0
MOST = 0.05


@dataclass(frozen=True)
class Slice:
    """CPU ms a complaint of all services, of a lot that was traced whole or not at all."""

    traced: bool
    ms: float
    by: Mapping[str, float]


def measure(complaints: int) -> Section:
    """Lots in turn, the first of which warm the processes up. Raises BenchError."""
    size = max(40, min(complaints, 4_000) // (len(ORDER) * ROUNDS))
    with TemporaryDirectory(prefix="redress-bench-") as folder, collecting() as collector:
        with _surroundings({"REDRESS_TRACES": collector.url, sampler.FOLDER: folder}):
            with ground() as place:
                slices = asyncio.run(_run(place, size))
            counted = _counts(Path(folder))
        say("observed", f"{len(collector.spans):,} spans came")
    return _section(slices, counted, size)


@contextmanager
def _surroundings(more: Mapping[str, str]) -> Iterator[None]:
    """What the services are told; half of all complaints are traced, by their ids."""
    before = dict(os.environ)
    os.environ.update(more, REDRESS_TRACES_SHARE=str(HALF))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _counts(folder: Path) -> dict[str, int]:
    """Samples of all services by what they were for."""
    found: dict[str, int] = {}
    for name in SERVICES:
        for group, n in json.loads((folder / f"{name}.json").read_text("utf-8")).items():
            found[group] = found.get(group, 0) + n
    return found


async def _run(place: Ground, size: int) -> list[Slice]:
    await place.prepare()
    with place.services(MODULES["ours"]) as gate:
        gate.open()
        scraping = asyncio.create_task(_scrape(place))
        async with reader(place.settings.kafka, [*EVENTS, *DEAD]) as consumer:
            progress = Progress(place.settings, consumer, 0)
            lots = {traced: _numbers(traced=traced) for traced in ORDER}
            slices = []
            for number, traced in enumerate(ORDER * ROUNDS):
                one = await _slice(place, progress, list(islice(lots[traced], size)), traced)
                say("observed", f"{number}: {'traced' if traced else 'not'} {one.ms:.2f} ms")
                slices.append(one)
            await progress.client.close()
        scraping.cancel()
    return slices


def _numbers(*, traced: bool) -> Iterator[int]:
    """Those of complaints that are traced or not, with as many suggestions in each lot."""
    kinds = [
        (n for n in count(kind, SUGGESTION_EVERY) if sampled(complaint_of(n), HALF) is traced)
        for kind in range(SUGGESTION_EVERY)
    ]
    while True:
        yield from (next(kind) for kind in kinds)


async def _slice(place: Ground, progress: Progress, numbers: Sequence[int], traced: bool) -> Slice:
    settings: Settings = place.settings
    progress.count += len(numbers)
    meter, began = Meter(place.pids), time.monotonic()
    await preload_these(settings, numbers, HALF)
    while not await progress.done():
        place.check_alive()
        if time.monotonic() - began > SLOWEST_S:
            raise BenchError("a lot is not done in time")
        await asyncio.sleep(LOOK_S)
    await asyncio.sleep(EVERY_S)  # so that what was noted last is sent
    cpu = meter.read().cpu
    by = {name: 1000 * cpu[name] / len(numbers) for name in SERVICES}
    return Slice(traced, sum(by.values()), by)


async def _scrape(place: Ground) -> None:
    """As a Prometheus does."""
    async with aiohttp.ClientSession() as http:
        while True:
            await asyncio.sleep(SCRAPE_S)
            for name in SERVICES:
                async with http.get(f"{place.url(name)}/metrics") as answer:
                    await answer.read()


def _section(slices: Sequence[Slice], counts: Mapping[str, int], size: int) -> Section:
    share = Settings.model_fields["traces_share"].default
    warm = slices[WARM:]
    plain, traced = ([s.ms for s in warm if s.traced is which] for which in (False, True))
    base, taken = statistics.median(plain), sum(counts.values()) or 1
    traces = statistics.median(traced) / base - 1
    by_stack, metrics = (counts.get(name, 0) / taken for name in ("traces", "metrics"))
    section = Section(
        "Traces and metrics",
        f"Lots of {size} complaints in turn, in the same processes: traced whole, or not at all. "
        f"Medians of {len(traced)} and {len(plain)} lots, CPU ms of the services a complaint; in "
        f"brackets the least and the most. Stacks: the share of all samples of the run (half of "
        f"its complaints traced, /metrics read each {SCRAPE_S:.0f} s) that are work for it.",
        ("what", "measured"),
        [
            ("not traced, ms", f"{base:.2f} ({min(plain):.2f} to {max(plain):.2f})"),
            (
                "traced, ms",
                f"{statistics.median(traced):.2f} ({min(traced):.2f} to {max(traced):.2f})",
            ),
            ("every complaint traced costs", f"{100 * traces:+.1f} %"),
            ("traces, by stacks, half traced", f"{100 * by_stack:.1f} %"),
            ("metrics, by stacks", f"{100 * metrics:.1f} %"),
            (f"as configured ({share:.0%} traced)", f"{100 * (traces * share + metrics):+.1f} %"),
        ],
    )
    both = traces * share + metrics
    told = f"traces and metrics cost {both:.1%} as configured, {MOST:.0%} at most"
    section.demand(held=both <= MOST, otherwise=told)
    return section
