"""A whole local installation: servers, sandbox exchange and services, each supervised."""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Self, TextIO

from shared.errors import UsageError
from shared.local import channels, layout, state
from shared.local.children import Program, born, run
from shared.local.keys import keys
from shared.local.logs import last_words
from shared.local.ports import Ports
from shared.local.progress import Report, quiet
from shared.local.servers import BOTH, Servers
from shared.local.supervisor import Supervisor

READY_SECONDS = 60.0


@dataclass(frozen=True)
class Options:
    """How an installation differs from the usual one."""

    policy: Literal["default", "demo"] = "default"
    port: int = 0  # of the pages; 0: the one of last time, or any free one
    kafka: str = ""  # the address of somebody else's; "": start one
    mongo: str = ""
    kafka_settings: str = ""  # lines on top of its properties, as `kafka.program` takes them
    env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # more of it, by process
    redress: tuple[str, ...] = (sys.executable, "-m", "shared.cli.main")


class Stack:
    """An installation in `folder`; a context manager starts and stops it.

    Two stacks share nothing but the downloads.
    """

    def __init__(
        self, folder: Path, options: Options | None = None, report: Report = quiet
    ) -> None:
        self.folder = folder.absolute()
        self._options = options or Options()
        self._report = report
        self._lock: TextIO | None = None
        self._ports = Ports(self.folder / "ports.json")
        self._supervisor = Supervisor(self._save)
        self.servers = Servers(
            self.folder,
            report,
            ports=self._ports,
            supervisor=self._supervisor,
            kafka_settings=self._options.kafka_settings,
        )

    @property
    def kafka(self) -> str:
        """The bootstrap address."""
        return self._options.kafka or self.servers.kafka

    @property
    def mongo(self) -> str:
        """The URI."""
        return self._options.mongo or self.servers.mongo

    @property
    def urls(self) -> dict[str, str]:
        """Of every service and of the gateway, by process."""
        return {row.name: layout.url(self._ports.hold(row.name)) for row in layout.ROWS}

    @property
    def pages(self) -> str:
        """The one origin for customers and staff."""
        return self.urls["gateway"]

    @property
    def mail(self) -> int:
        """The port at which customers' mail is taken, by SMTP."""
        return self._ports.hold("mail")

    @property
    def pids(self) -> dict[str, int | None]:
        """Of all processes that were started."""
        return {name: it.pid for name, it in self._supervisor.processes.items()}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and wait until it is ready; UsageError says why it cannot be."""
        try:
            self._claim()
            self._start_servers()
            self._create_topics()
            self._report("Starting the services")
            for row in layout.ROWS:
                self._supervisor.run(self._program(row))
            self._report("Waiting until they are ready")
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def wait_ready(
        self, names: Iterable[str] | None = None, seconds: float = READY_SECONDS
    ) -> None:
        """Wait until `names` (all) answer `/readyz`; UsageError when one fails or is late."""
        waiting = list(names or self.urls)
        deadline = time.monotonic() + seconds
        while waiting := [name for name in waiting if not state.is_ready(self.urls[name])]:
            failed = [name for name in waiting if self._supervisor.processes[name].failed]
            if failed or time.monotonic() > deadline:
                name = (failed or waiting)[0]
                log = self._supervisor.processes[name].program.log
                raise UsageError(f"{name} does not come up: {last_words(log)}; see {log}")
            time.sleep(0.05)

    def kill(self, name: str, *, hold: bool = False) -> None:
        """SIGKILL a service or server; it is started again unless `hold`, then by `restart`."""
        self._supervisor.kill(name, hold=hold)

    def restart(self, name: str, env: Mapping[str, str] | None = None) -> None:
        """Stop `name` in order and start it again, with `env` on top of what it had."""
        self._supervisor.stop([name])
        program = self._supervisor.processes[name].program
        self._supervisor.run(replace(program, env={**program.env, **(env or {})}))

    def halt(self, names: Iterable[str]) -> None:
        """Stop these in order; `restart` starts each again."""
        self._supervisor.stop(list(names))

    def stop(self) -> None:
        """Stop the services, then Kafka, then mongod."""
        self._supervisor.stop([row.name for row in layout.ROWS])
        self.servers.close()
        if self._lock:
            (self.folder / state.FILE).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _claim(self) -> None:
        """Make the folder this process's own until it ends; the logs of last time go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "up.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise UsageError(
                f"another `redress up` is starting or stopping in {self.folder}: wait for it"
            ) from error
        self._lock = lock
        self._ports.hold("gateway", self._options.port)
        for log in (self.folder / "logs").glob("*.log"):
            log.unlink()
        self._save()

    def _start_servers(self) -> None:
        given = {"kafka": self._options.kafka, "mongo": self._options.mongo}
        if missing := tuple(name for name in BOTH if not given[name]):
            self.servers.start(missing)

    def _create_topics(self) -> None:
        self._report("Creating the topics")
        log = self.folder / "logs" / "topics.log"
        command = *self._options.redress, "topics", "create"
        if run(Program("topics", command, log, self._environment())):
            raise UsageError(f"the topics could not be created: {last_words(log)}; see {log}")

    def _environment(self) -> dict[str, str]:
        servers = {"REDRESS_KAFKA": self.kafka, "REDRESS_MONGO": self.mongo}
        secrets = keys(self.folder)
        accounts = str(channels.write(self.folder, secrets, self.urls["sandbox"]))
        told = layout.common(self._ports.hold, servers, secrets, self._options.policy)
        ledger = str(self.folder / layout.LEDGER)
        return {**told, "REDRESS_CHANNELS": accounts, "REDRESS_LEDGER": ledger}

    def _program(self, row: layout.Row) -> Program:
        extra = self._options.env.get(row.name, {})
        env = {**self._environment(), **layout.own(row, self._ports.hold), **extra}
        log = self.folder / "logs" / f"{row.name}.log"
        command = *self._options.redress, *row.arguments
        return Program(row.name, command, log, env, row.niceness)

    def _save(self) -> None:
        """Write the state file; a full disk must not end the supervisor, which calls this."""
        me = state.Running(os.getpid(), born(os.getpid()), "running", "")
        urls = self.urls
        processes = {
            name: state.describe(process, urls.get(name))
            for name, process in self._supervisor.processes.items()
        }
        now = state.State(me, self.kafka, self.mongo, self.pages, processes)
        with contextlib.suppress(OSError):
            state.write(self.folder, now)
