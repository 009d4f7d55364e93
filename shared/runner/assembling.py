"""A stage's worker, and its consumer on one lane, from what the process is wired with."""

from __future__ import annotations

from collections.abc import Callable

from faststream.kafka import KafkaBroker

from shared.events.base import Lane
from shared.runner.consumer import LaneConsumer
from shared.runner.handover import Handover
from shared.runner.runner import Runner
from shared.runner.settle import Settling
from shared.runner.wiring import StageParts, Wiring
from shared.runner.worker import Worker


def worker_of(wiring: Wiring, part: StageParts) -> Worker:
    """The worker of a stage's due work."""
    store = wiring.stores[part.stage.name]
    return Worker(part.stage, part.decider, part.work, store, wiring.log, wiring.keyring)


def consumer_of(
    wiring: Wiring,
    broker: KafkaBroker,
    part: StageParts,
    lane: Lane,
    worker: tuple[Callable[[], None], Handover | None],
) -> LaneConsumer:
    """The consumer of one lane; `worker` is what wakes it, and what may be handed to it at once."""
    wake, handover = worker
    settling = Settling(
        part.stage,
        part.decider,
        lane,
        wiring.stores[part.stage.name],
        wiring.keyring,
        wiring.policy,
    )
    if handover:
        settling.handover = handover
    runner = Runner(settling, wiring.log, history=part.history, wake=wake)
    runner.figures = part.figures
    return LaneConsumer(runner, broker, wiring.settings)
