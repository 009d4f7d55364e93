"""The state file of an installation: what runs, as which pids; how others see and end it."""

import json
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from shared.local.children import born, signal_if_same
from shared.local.supervisor import Process

FILE = "state.json"
WITHOUT_METRICS = ("sandbox", "gateway")
STOP_SECONDS = 90.0  # three patiences of 25 s and some rest


@dataclass(frozen=True)
class Running:
    """One process, as the file tells it; `born` keeps a reused pid from being taken for it."""

    pid: int | None
    born: str | None
    status: str
    log: str
    url: str | None = None

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return self.pid is not None and self.born is not None and born(self.pid) == self.born


@dataclass(frozen=True)
class State:
    """What an installation says of itself."""

    supervisor: Running
    kafka: str = ""
    mongo: str = ""
    pages: str = ""
    processes: dict[str, Running] = field(default_factory=dict)

    @property
    def services(self) -> dict[str, Running]:
        """The processes that have an address."""
        return {name: process for name, process in self.processes.items() if process.url}


def describe(process: Process, url: str | None) -> Running:
    """A supervised process as the file tells it."""
    log = str(process.program.log)
    return Running(process.pid, process.birth, process.status, log, url)


def write(folder: Path, state: State) -> None:
    """Replace the file whole."""
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    new.replace(folder / FILE)


def read(folder: Path) -> State | None:
    """What was written last, whether or not it still runs; None when there is nothing readable."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        supervisor = Running(**found.pop("supervisor"))
        processes = {name: Running(**it) for name, it in found.pop("processes").items()}
        return State(supervisor, processes=processes, **found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def running(folder: Path) -> State | None:
    """The installation in `folder` when its supervisor lives."""
    state = read(folder)
    return state if state and state.supervisor.alive else None


def is_ready(url: str) -> bool:
    """Whether the service at `url` answers `/readyz` with 200."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=2.0)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def summary(state: State) -> Mapping[str, object]:
    """What `redress status --json` prints."""
    servers = {"kafka": state.kafka, "mongo": state.mongo}
    return {"services": services_seen(state), **servers, "pages": state.pages}


def targets(state: State) -> list[dict[str, object]]:
    """What `redress status --targets` prints: every service with metrics, by name.

    The form is that of https://prometheus.io/docs/prometheus/latest/configuration/configuration/,
    file_sd_config.
    """
    return [
        {"targets": [urlsplit(service.url).netloc], "labels": {"service": name}}
        for name, service in state.services.items()
        if service.url and name not in WITHOUT_METRICS
    ]


def services_seen(state: State) -> dict[str, dict[str, object]]:
    """Address, pid and readiness of each service, all asked at once."""
    with ThreadPoolExecutor() as pool:
        return dict(zip(state.services, pool.map(_seen, state.services.values()), strict=True))


def _seen(service: Running) -> dict[str, object]:
    alive = service.alive
    return {
        "url": service.url,
        "pid": service.pid if alive else None,
        "ready": alive and is_ready(str(service.url)),
    }


def end(folder: Path) -> bool:
    """Stop the installation in `folder`, and what a crash of it left; whether there was any."""
    state = read(folder)
    if state is None:
        return False
    found = _end_supervisor(state.supervisor)
    for process in state.processes.values():
        if process.pid is not None:
            found |= signal_if_same(process.pid, process.born, signal.SIGKILL)
    (folder / FILE).unlink(missing_ok=True)
    return found


def _end_supervisor(supervisor: Running) -> bool:
    pid = supervisor.pid or 0
    if not signal_if_same(pid, supervisor.born, signal.SIGTERM):
        return False
    deadline = time.monotonic() + STOP_SECONDS
    while supervisor.alive and time.monotonic() < deadline:
        time.sleep(0.05)
    signal_if_same(pid, supervisor.born, signal.SIGKILL)
    return True
