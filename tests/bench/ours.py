"""One of our services as it is, but for its outside work, which is answered in the process."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from shared.log import configure
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings
from tests.bench.answers import answers
from tests.bench.gate import pass_gate
from tests.bench.sampler import sampled


def answered(make: Callable[[Wiring], StageParts]) -> Callable[[Wiring], StageParts]:
    """The same parts with the outside at hand."""

    def parts(wiring: Wiring) -> StageParts:
        real = make(wiring)
        return replace(real, work=answers(real.stage.name))

    return parts


def main(name: str) -> None:
    settings = Settings()
    configure(settings.log_level, name)
    real: Service = importlib.import_module(f"services.{name.partition('-')[0]}.main").SERVICE
    service = replace(real, parts=tuple(answered(make) for make in real.parts))
    app = service_app(settings, (service,))
    pass_gate(name)
    with sampled(name):
        uvicorn.run(app, port=settings.port, log_config=None, access_log=False, lifespan="on")


if __name__ == "__main__":
    main(sys.argv[1])
