"""One variant: servers and topics of its own, pre-loaded complaints, five services, a clock."""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from pydantic import SecretStr

from shared.local.children import Program
from shared.local.keys import keys
from shared.local.logs import last_words
from shared.local.ports import Ports
from shared.local.servers import Servers
from shared.local.supervisor import Supervisor
from shared.pipeline import SERVICES
from shared.runner.partitions import create_topics
from shared.runner.scan import reader
from shared.runner.wiring import Service, wire
from shared.settings import Settings
from tests.bench.complaints import SUGGESTION_EVERY, preload, preload_again
from tests.bench.gate import FOLDER, Gate
from tests.bench.limit.recording import record
from tests.bench.limit.script import SCRIPT, Script
from tests.bench.meter import Meter, Usage
from tests.bench.progress import DEAD, EVENTS, Moved, Progress

LOOK_S = 0.2
TELL_S = 5.0
STILL_S = 60.0
READY_S = 60.0
MODULES = {
    "tutorial": "tests.bench.tutorial",
    "ours": "tests.bench.ours",
    "recording": "tests.bench.ours",
    "limit": "tests.bench.limit.service",
}


class BenchError(Exception):
    """The run is worth nothing; says why."""


@dataclass(frozen=True)
class Figures:
    """What a variant did; `seconds` from the first record handed to the last event applied."""

    name: str
    complaints: int
    events: int
    seconds: float
    usage: Usage

    @property
    def rate(self) -> float:
        """Complaints per second."""
        return self.complaints / self.seconds


class Variant:
    """`name` says which of MODULES its services run; the limit has a script."""

    def __init__(
        self, name: str, complaints: int, folder: Path, script: Script | None = None
    ) -> None:
        self.name = name
        self.script = script
        self.recorded: Script | None = None
        self.complaints = complaints
        self.folder = folder
        self.ports = Ports(folder / "ports.json")
        self.supervisor = Supervisor()
        self.servers = Servers(folder, ports=self.ports, supervisor=self.supervisor)

    def run(self) -> Figures:
        """Set everything up and measure. Raises BenchError."""
        with self.servers:
            self.say(f"pre-loading {self.complaints:,} complaints")
            asyncio.run(self._prepare())
            gate = Gate(self.folder)
            try:
                for service in SERVICES:
                    self.supervisor.run(self._program(service))
                self._await_ready(gate)
                return asyncio.run(self._measured(gate))
            finally:
                self.supervisor.stop(SERVICES)

    def say(self, text: str) -> None:
        """Tell whoever watches."""
        sys.stderr.write(f"{self.name}: {text}\n")

    @property
    def settings(self) -> Settings:
        """What this process needs to know to prepare and to look."""
        secrets = keys(self.folder)
        return Settings(
            kafka=self.servers.kafka,
            token_key=SecretStr(secrets["REDRESS_TOKEN_KEY"]),
            mongo=SecretStr(self.servers.mongo),
            master_key=SecretStr(secrets["REDRESS_MASTER_KEY"]),
        )

    async def _prepare(self) -> None:
        settings = self.settings
        await create_topics(settings.kafka, settings.partitions, settings.replication)
        await _prepare_collections(settings)
        if self.script:
            self.script.save(self.folder / "script")
            await preload_again(settings, self.complaints, self.script)
        else:
            await preload(settings, self.complaints)

    def _program(self, service: str) -> Program:
        env: Mapping[str, str] = {
            **keys(self.folder),
            FOLDER: str(self.folder),
            SCRIPT: str(self.folder / "script"),
            "REDRESS_KAFKA": self.servers.kafka,
            "REDRESS_MONGO": self.servers.mongo,
            "REDRESS_PORT": str(self.ports.hold(service)),
        }
        command = sys.executable, "-m", MODULES[self.name], service
        return Program(service, command, self._log(service), env)

    def _log(self, service: str) -> Path:
        return self.folder / "logs" / f"{service}.log"

    def _await_ready(self, gate: Gate) -> None:
        deadline = time.monotonic() + READY_S
        while not gate.ready(SERVICES):
            self._check_alive()
            if time.monotonic() > deadline:
                raise BenchError("the services are not ready in time")
            time.sleep(0.05)

    def _check_alive(self) -> None:
        for service in SERVICES:
            if self.supervisor.processes[service].deaths:
                raise BenchError(f"{service} died: {last_words(self._log(service))}")

    async def _measured(self, gate: Gate) -> Figures:
        pids = {n: p.pid for n, p in self.supervisor.processes.items() if p.pid is not None}
        settings = self.settings
        async with reader(settings.kafka, [*EVENTS, *DEAD]) as consumer:
            progress = self._progress(settings, consumer)
            meter = Meter(pids)
            gate.open()
            await self._until_done(progress)
            ended, usage = time.time(), meter.read()
            await self._check(progress)
            events = await progress.events()
            await progress.client.close()
            if self.name == "recording":
                self.recorded = await record(settings)
        started = await progress.first_decided(settings.kafka)
        return Figures(self.name, self.complaints, events, ended - started, usage)

    def _progress(self, settings: Settings, consumer: AIOKafkaConsumer) -> Progress:
        if self.script is None:
            return Progress(settings, consumer, self.complaints)
        return Moved(settings, consumer, self.complaints, self.script.events)

    async def _until_done(self, progress: Progress) -> None:
        started = told = moved = time.monotonic()
        before: object = None
        while not await progress.done():
            await asyncio.sleep(LOOK_S)
            self._check_alive()
            now = time.monotonic()
            if now - told > TELL_S:
                told, here = now, (await progress.documents(), await progress.events())
                self.say(f"{now - started:4.0f} s  {here[1]:>9,} events; documents {_row(here[0])}")
                moved, before = (now, here) if here != before else (moved, before)
            if now - moved > STILL_S:
                raise BenchError(f"it stands still; finished: {_row(await progress.finished())}")

    async def _check(self, progress: Progress) -> None:
        documents, finished = await progress.documents(), await progress.finished()
        dead = await progress.dead_letters()
        if dead or {*documents.values(), *finished.values()} != {self.complaints}:
            raise BenchError(
                f"not all is there: {dead} dead letters, documents {_row(documents)}, "
                f"finished {_row(finished)}"
            )
        self.say(f"{self.complaints:,} decided and told, a document in each stage, no dead letter")


async def _prepare_collections(settings: Settings) -> None:
    """The indexes that the pages and workers need: each variant keeps them up to date."""
    wiring = wire(settings)
    for name in SERVICES:
        service: Service = importlib.import_module(f"services.{name}.main").SERVICE
        for part in (make(wiring) for make in service.parts):
            await wiring.stores[part.stage.name].prepare(part.indexes, part.history_indexes)
    await wiring.http.aclose()
    wiring.client.close()


def _row(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name} {count:,}" for name, count in counts.items())


def measured(name: str, complaints: int, script: Script | None = None) -> Figures:
    """Run one variant in a folder that is gone afterwards. Raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        return Variant(name, complaints, Path(folder), script).run()


def recorded() -> Script:
    """What our services do with one complaint of each kind. Raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        variant = Variant("recording", SUGGESTION_EVERY, Path(folder))
        variant.run()
    if variant.recorded is None:
        raise BenchError("nothing was recorded")
    return variant.recorded
