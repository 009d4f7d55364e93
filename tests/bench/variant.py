"""One variant: pre-loaded complaints, five services, a clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer

from shared.pipeline import SERVICES
from shared.runner.scan import reader
from shared.settings import Settings
from tests.bench.complaints import SUGGESTION_EVERY, preload, preload_again
from tests.bench.gate import Gate
from tests.bench.ground import BenchError, Ground, ground, say
from tests.bench.limit.recording import record
from tests.bench.limit.script import SCRIPT_FILE, Script
from tests.bench.meter import Meter, Usage
from tests.bench.progress import DEAD, EVENTS, Moved, Progress

LOOK_S = 0.2
TELL_S = 5.0
STILL_S = 60.0
MODULES = {
    "tutorial": "tests.bench.tutorial",
    "ours": "tests.bench.ours",
    "recording": "tests.bench.ours",
    "limit": "tests.bench.limit.service",
}


@dataclass(frozen=True)
class Moment:
    """How it stood after so many seconds: events in the log, memory in MB by process."""

    seconds: float
    events: int
    memory: Mapping[str, float]


@dataclass(frozen=True)
class Figures:
    """What a variant did; `seconds` from the first record handed to the last event applied."""

    name: str
    complaints: int
    events: int
    seconds: float
    usage: Usage
    moments: Sequence[Moment] = ()

    @property
    def rate(self) -> float:
        """Complaints per second."""
        return self.complaints / self.seconds


@dataclass
class Variant:
    """`name` says which of MODULES its services run; the limit has a script."""

    name: str
    complaints: int
    ground: Ground
    script: Script | None = None
    processes: Sequence[str] = SERVICES
    moments: list[Moment] = field(default_factory=list)

    def run(self) -> Figures:
        """Set everything up and measure. Raises BenchError."""
        say(self.name, f"pre-loading {self.complaints:,} complaints")
        asyncio.run(self._prepare())
        with self.ground.services(MODULES[self.name], self.processes) as gate:
            return asyncio.run(self._measured(gate))

    async def _prepare(self) -> None:
        await self.ground.prepare()
        if self.script:
            self.script.save(self.ground.folder / SCRIPT_FILE)
            await preload_again(self.ground.settings, self.complaints, self.script)
        else:
            await preload(self.ground.settings, self.complaints)

    async def _measured(self, gate: Gate) -> Figures:
        settings = self.ground.settings
        async with reader(settings.kafka, [*EVENTS, *DEAD]) as consumer:
            progress = self._progress(settings, consumer)
            meter = Meter(self.ground.pids)
            gate.open()
            ended = await self._until_done(progress, meter)
            usage = meter.read()
            await self._check(progress)
            events = await progress.events()
            await progress.client.close()
        started = await progress.first_decided(settings.kafka)
        return Figures(self.name, self.complaints, events, ended - started, usage, self.moments)

    def _progress(self, settings: Settings, consumer: AIOKafkaConsumer) -> Progress:
        if self.script is None:
            return Progress(settings, consumer, self.complaints)
        return Moved(settings, consumer, self.complaints, self.script.events)

    async def _until_done(self, progress: Progress, meter: Meter) -> float:
        """When that was, in seconds of the epoch. Raises BenchError."""
        started = told = moved = time.monotonic()
        before: object = None
        while not await progress.done():
            await asyncio.sleep(LOOK_S)
            self.ground.check_alive(self.processes)
            now = time.monotonic()
            if now - told > TELL_S:
                told, here = now, (await progress.documents(), await progress.events())
                say(
                    self.name,
                    f"{now - started:4.0f} s  {here[1]:>9,} events; documents {_row(here[0])}",
                )
                self._note(now - started, here[1], meter)
                moved, before = (now, here) if here != before else (moved, before)
            if now - moved > STILL_S:
                return await self._stands(progress) - STILL_S
        self._note(time.monotonic() - started, await progress.events(), meter)
        return time.time()

    async def _stands(self, progress: Progress) -> float:
        """Now, if all is finished: then events stand in the log twice, as copies may."""
        finished, (rows, events) = await progress.finished(), await progress.told()
        made = await progress.made()
        if set(finished.values()) != {self.complaints} or rows != made:
            raise BenchError(
                f"it stands still: {made:,} events made, {rows:,} told; finished: {_row(finished)}"
            )
        say(self.name, f"{events - made:,} of {events:,} events in the log are copies")
        return time.time()

    def _note(self, seconds: float, events: int, meter: Meter) -> None:
        self.moments.append(Moment(seconds, events, meter.memory_mb()))

    async def _check(self, progress: Progress) -> None:
        documents, finished = await progress.documents(), await progress.finished()
        dead = await progress.dead_letters()
        if dead or {*documents.values(), *finished.values()} != {self.complaints}:
            raise BenchError(
                f"not all is there: {dead} dead letters, documents {_row(documents)}, "
                f"finished {_row(finished)}"
            )
        say(
            self.name,
            f"{self.complaints:,} decided and told, a document in each stage, no dead letter",
        )


def _row(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name} {count:,}" for name, count in counts.items())


def measured(
    name: str,
    complaints: int,
    script: Script | None = None,
    processes: Sequence[str] = SERVICES,
) -> Figures:
    """Run one variant. Raises BenchError."""
    with ground() as place:
        return Variant(name, complaints, place, script, processes).run()


def recorded() -> Script:
    """What our services do with one complaint of each kind. Raises BenchError."""
    with ground() as place:
        Variant("recording", SUGGESTION_EVERY, place).run()
        return asyncio.run(record(place.settings))
