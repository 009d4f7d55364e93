"""Services in one process, right in every part; their outside work is answered in it.

`python -m tests.faults.one_process [services]`, all by default; `FAULTS_OUTSIDE=notify` leaves the
outside work of that service as it is. Settings come from the environment, as `redress serve` has
it. What can go wrong in it a test switches on: see switches.py.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from shared.log import configure
from shared.pipeline import SERVICES
from shared.runner import app, assembling, wiring
from shared.runner.app import Service
from shared.settings import Settings
from tests.bench.ours import answered
from tests.faults.switches import Stumbling, stalling, with_bug


def service(name: str) -> Service:
    """One service with the outside at hand."""
    real: Service = importlib.import_module(f"services.{name}.main").SERVICE
    outside = name == os.environ.get("FAULTS_OUTSIDE")
    makes = [make if outside else answered(make) for make in real.parts]
    return replace(real, parts=tuple(map(with_bug, makes)))


def main(names: Sequence[str] = SERVICES, consumer: type[Stumbling] = Stumbling) -> None:
    assembling.LaneConsumer = consumer  # type: ignore[attr-defined] # it can be told to stumble
    wiring.KafkaLog = stalling(wiring.KafkaLog)  # type: ignore[attr-defined] # or to stall
    app.STOP_S = float(os.environ.get("FAULTS_STOP_S", app.STOP_S))
    settings = Settings()
    configure(settings.log_level, "redress")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asgi = app.service_app(settings, [service(name) for name in names])
    uvicorn.run(asgi, port=settings.port, log_config=None, access_log=False, lifespan="on")


if __name__ == "__main__":
    main(sys.argv[1:] or SERVICES)
