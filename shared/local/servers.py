"""Real Kafka and mongod as child processes, for `redress up`, the demo and the tests."""

import time
from pathlib import Path
from typing import Literal, Self

from shared.errors import UsageError
from shared.local import kafka, mongo
from shared.local.children import Program
from shared.local.install import installed
from shared.local.logs import last_words
from shared.local.places import Installed, cache_dir
from shared.local.ports import LOOPBACK, Ports
from shared.local.preflight import require_disk
from shared.local.progress import Report, quiet
from shared.local.supervisor import Supervisor

ServerName = Literal["kafka", "mongo"]
BOTH: tuple[ServerName, ...] = ("kafka", "mongo")
START_SECONDS = 60.0
DATA_MB = 600


class Servers:
    """Kafka and mongod with their data in `folder`; a context manager starts and stops them.

    One that dies is started again; one that `kill` ended stays away until `revive`.
    """

    def __init__(
        self,
        folder: Path,
        report: Report = quiet,
        *,
        ports: Ports | None = None,
        supervisor: Supervisor | None = None,
        kafka_settings: str = "",
    ) -> None:
        self._folder = folder.absolute()
        self._report = report
        self._ports = ports or Ports(self._folder / "ports.json")
        self._supervisor = supervisor or Supervisor()
        self._kafka_settings = kafka_settings

    @property
    def kafka(self) -> str:
        """The bootstrap address."""
        return f"{LOOPBACK}:{self._ports.hold('kafka')}"

    @property
    def mongo(self) -> str:
        """The URI, with its replica set."""
        return mongo.address(self._ports.hold("mongo"))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self, names: tuple[ServerName, ...] = BOTH) -> None:
        """Install what is missing, start `names` together, wait until each takes writes.

        Raises UsageError, with what to do next, when that cannot be.
        """
        try:
            place = installed(cache_dir(), self._report)
            require_disk(self._folder, DATA_MB, "REDRESS_STATE_DIR")
            self._report(f"Starting {' and '.join(names)}")
            for name in names:
                self._supervisor.run(self._program(name, place))
            for name in names:
                self.wait(name)
        except BaseException:
            self.close()
            raise

    def wait(self, name: ServerName, seconds: float = START_SECONDS) -> None:
        """Wait until `name` takes writes; UsageError when it dies meanwhile or is late."""
        process = self._supervisor.processes[name]
        deaths = len(process.deaths)
        deadline = time.monotonic() + seconds
        while not self._answers(name):
            if len(process.deaths) > deaths or process.failed or time.monotonic() > deadline:
                log = process.program.log
                raise UsageError(f"{name} does not come up: {last_words(log)}; see {log}")
            time.sleep(0.02)

    def kill(self, name: ServerName) -> None:
        """SIGKILL `name` and leave it down."""
        self._supervisor.kill(name, hold=True)

    def revive(self, name: ServerName) -> None:
        """Start `name` again where it was, and wait until it takes writes."""
        self._supervisor.run(self._supervisor.processes[name].program)
        self.wait(name)

    def close(self) -> None:
        """Stop Kafka, then mongod, and give their ports back."""
        for name in BOTH:
            self._supervisor.stop([name])
        self._supervisor.close()
        self._ports.close()

    def _program(self, name: ServerName, place: Installed) -> Program:
        folder, log = self._folder / name, self._folder / "logs" / f"{name}.log"
        if name == "kafka":
            return kafka.program(place, folder, log, self._ports, self._kafka_settings)
        return mongo.program(place, folder, log, self._ports.hold("mongo"))

    def _answers(self, name: ServerName) -> bool:
        check = kafka.answers if name == "kafka" else mongo.primary
        return check(self._ports.hold(name))
