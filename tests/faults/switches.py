"""Faults that a test switches on in a running process, by files in its folder of failpoints."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faststream.kafka.message import KafkaMessage

from shared.decider import Context, Decider, State
from shared.events.base import Event, Input
from shared.runner.consumer import LaneConsumer
from shared.runner.kafka import KafkaLog
from shared.runner.wiring import StageParts, Wiring

ANY = "*"
HOLD_S = 60.0
LOOK_S = 0.05
SLOW_S = 1.0


def switch(name: str) -> Path:
    """The file that switches a fault on."""
    return Path(os.environ["REDRESS_FAILPOINT_FOLDER"]) / name


def taken(name: str) -> bool:
    """Whether the fault is on; it then is off, as it happens once."""
    try:
        switch(name).rename(switch(f"{name}.happened"))
    except FileNotFoundError:
        return False
    return True


async def held(name: str) -> None:
    """Where `<name>` is on, wait until it is switched off."""
    if taken(name):
        mark = switch(f"{name}.happened")
        for _ in range(int(HOLD_S / LOOK_S)):
            if not mark.exists():
                break
            await asyncio.sleep(LOOK_S)


@dataclass(frozen=True)
class Buggy(Decider[Any]):
    """Rules that raise while `<stage>.bug` says so: a complaint or *, and an event type or *."""

    stage: str = ""

    def decide(self, state: State, data: Event | Input, context: Context) -> list[Event]:
        if (file := switch(f"{self.stage}.bug")).exists():
            complaint, type_ = file.read_text("utf-8").split()
            if complaint in (ANY, context.complaint) and type_ in (ANY, data.event_type):
                raise RuntimeError("a bug in a rule")
        return super().decide(state, data, context)


def with_bug(make: Callable[[Wiring], StageParts]) -> Callable[[Wiring], StageParts]:
    """The same parts with rules that can be given a bug."""

    def parts(wiring: Wiring) -> StageParts:
        real = make(wiring)
        rules = real.decider
        tables = rules.state, rules.decide_table, rules.evolve_table
        return replace(real, decider=Buggy(*tables, stage=real.stage.name))

    return parts


class Stumbling(LaneConsumer):
    """Raises once where `<stage>.stumble` is on, as a library might, with nothing done.

    `<stage>.coordinator` ends the task that keeps it in its group, `<stage>.metadata` the one that
    looks where topics are; `<stage>.slow` makes every batch take longer.
    """

    async def _batch(self, message: KafkaMessage) -> None:
        if taken(f"{self.stage.name}.coordinator"):
            _end(self.subscriber.consumer._coordinator)  # noqa: SLF001 - what may die in the library
        if taken(f"{self.stage.name}.metadata"):
            _blind(self.subscriber.consumer._client)  # noqa: SLF001 - as above
        if switch(f"{self.stage.name}.slow").exists():
            await asyncio.sleep(SLOW_S)
        if taken(f"{self.stage.name}.stumble"):
            raise RuntimeError("a library stumbles")
        await super()._batch(message)


def _end(coordinator: Any) -> None:
    async def raising(*_: Any) -> None:
        raise RuntimeError("an answer that the library does not expect")

    coordinator.ensure_coordinator_known = raising
    coordinator.request_rejoin()


def _blind(client: Any) -> None:
    async def raising(*_: Any) -> None:
        raise RuntimeError("the handler is closed")  # as uvloop has it

    client._metadata_update = raising  # noqa: SLF001 - what may die in the library
    client.force_metadata_update()


def stalling(log: type[KafkaLog]) -> type[KafkaLog]:
    """A log that never ends its `stop` where `stop.hang` is on, as the library's may not."""

    class Stalling(log):  # type: ignore[valid-type, misc]
        async def stop(self) -> None:
            if taken("stop.hang"):
                await asyncio.sleep(HOLD_S)
            await super().stop()

    return Stalling
