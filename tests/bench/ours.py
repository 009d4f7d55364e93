"""One of our services as it is, but for its outside work, which is answered in the process."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import uvicorn

from shared.log import configure
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings
from tests.bench.answers import answers
from tests.bench.gate import pass_gate
from tests.bench.sampler import sampled


def answered(
    make: Callable[[Wiring], StageParts], kept: Sequence[str] = ()
) -> Callable[[Wiring], StageParts]:
    """The same parts with the outside at hand; the stages `kept` do their own work."""

    def parts(wiring: Wiring) -> StageParts:
        real = make(wiring)
        name = real.stage.name
        return real if name in kept else replace(real, work=answers(name))

    return parts


def main(name: str, kept: Sequence[str] = ()) -> None:
    settings = Settings()
    configure(settings.log_level, name)
    real: Service = importlib.import_module(f"services.{name.partition('-')[0]}.main").SERVICE
    service = replace(real, parts=tuple(answered(make, kept) for make in real.parts))
    app = service_app(settings, (service,))
    pass_gate(name)
    with sampled(name):
        uvicorn.run(app, port=settings.port, log_config=None, access_log=False, lifespan="on")


if __name__ == "__main__":
    main(sys.argv[1])
