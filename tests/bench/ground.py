"""What every measure stands on: servers and topics of its own, and services that run its module."""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from shared.local.children import Program
from shared.local.keys import keys
from shared.local.layout import THREADS, niceness_of
from shared.local.logs import last_words
from shared.local.ports import Ports
from shared.local.servers import Servers
from shared.local.supervisor import Supervisor
from shared.pipeline import SERVICES
from shared.runner.partitions import create_topics
from shared.runner.wiring import Service, wire
from shared.settings import Settings
from tests.bench.gate import FOLDER, Gate
from tests.bench.limit.script import SCRIPT, SCRIPT_FILE

READY_S = 60.0


class BenchError(Exception):
    """The run is worth nothing; says why."""


class Ground:
    """Servers, and processes named as their service; a second one of a service is `notify-2`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = Ports(folder / "ports.json")
        self.supervisor = Supervisor()
        self.servers = Servers(folder, ports=self.ports, supervisor=self.supervisor)

    @property
    def settings(self) -> Settings:
        """What this process needs to know to prepare and to look."""
        secrets = keys(self.folder)
        return Settings(
            kafka=self.servers.kafka,
            token_key=SecretStr(secrets["REDRESS_TOKEN_KEY"]),
            mongo=SecretStr(self.servers.mongo),
            master_key=SecretStr(secrets["REDRESS_MASTER_KEY"]),
            exchange_token=SecretStr(secrets["REDRESS_EXCHANGE_TOKEN"]),
        )

    async def prepare(self) -> None:
        """Topics, and the indexes that pages and workers need: every variant keeps them."""
        settings = self.settings
        await create_topics(settings.kafka, settings.partitions, settings.replication)
        wiring = wire(settings)
        for name in SERVICES:
            service: Service = importlib.import_module(f"services.{name}.main").SERVICE
            for part in (make(wiring) for make in service.parts):
                store = wiring.stores[part.stage.name]
                await store.prepare(part.indexes, part.history_indexes)
                await wiring.inputs[part.stage.name].prepare()
        await wiring.http.aclose()
        wiring.client.close()

    @contextmanager
    def services(self, module: str, names: Sequence[str] = SERVICES) -> Iterator[Gate]:
        """The processes, ready behind a closed gate. Raises BenchError."""
        gate = Gate(self.folder)
        try:
            for name in names:
                self.supervisor.run(self._program(module, name))
            self._await_ready(gate, names)
            yield gate
        finally:
            self.supervisor.stop(names)

    def url(self, name: str) -> str:
        """Where a process listens."""
        return f"http://127.0.0.1:{self.ports.hold(name)}"

    def _program(self, module: str, name: str) -> Program:
        env: Mapping[str, str] = {
            **keys(self.folder),
            **THREADS,
            FOLDER: str(self.folder),
            SCRIPT: str(self.folder / SCRIPT_FILE),
            "REDRESS_KAFKA": self.servers.kafka,
            "REDRESS_MONGO": self.servers.mongo,
            "REDRESS_PORT": str(self.ports.hold(name)),
        }
        command = sys.executable, "-m", module, name
        return Program(name, command, self._log(name), env, niceness_of(name.partition("-")[0]))

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def _await_ready(self, gate: Gate, names: Sequence[str]) -> None:
        deadline = time.monotonic() + READY_S
        while not gate.ready(names):
            self.check_alive(names)
            if time.monotonic() > deadline:
                raise BenchError("the services are not ready in time")
            time.sleep(0.05)

    def check_alive(self, names: Sequence[str] = SERVICES) -> None:
        """Raises BenchError when a process has died."""
        for name in names:
            if self.supervisor.processes[name].deaths:
                raise BenchError(f"{name} died: {last_words(self._log(name))}")

    @property
    def pids(self) -> dict[str, int]:
        """Of all processes, servers included."""
        return {n: p.pid for n, p in self.supervisor.processes.items() if p.pid is not None}


@contextmanager
def ground() -> Iterator[Ground]:
    """One with its servers running, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        found = Ground(Path(folder))
        with found.servers:
            yield found


def say(name: str, text: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(f"{name}: {text}\n")
