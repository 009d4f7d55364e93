"""What a service is wired from: its stages' parts and the adapters they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from fastapi import APIRouter

from shared.connectors.transport import http_client
from shared.decider import Decider
from shared.pipeline import STAGES, Stage
from shared.policy import Policy, load
from shared.runner.counting import Figures
from shared.runner.door import Door
from shared.runner.due import Work
from shared.runner.kafka import KafkaLog
from shared.runner.keys import Keyring, MongoKeyStore
from shared.runner.mongo import MongoStore, connect
from shared.runner.mongo_inputs import MongoInputs
from shared.runner.ports import HistoryIndex
from shared.runner.staff import Command, Offers
from shared.settings import Settings

T = TypeVar("T")
"""Counts what a batch changed, once it is written and published."""


@dataclass(frozen=True)
class StageParts:
    """One stage as its service provides it. `history`: a timeline row is kept of every event.

    `offers` says by command to whom and when pages offer it; without an entry to all its roles.

    `indexes` are the further fields of the stage's collection, and of its history, that its own
    queries need.
    """

    stage: Stage
    decider: Decider[Any]
    work: Mapping[str, Work] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    offers: Mapping[str, Offers] = field(default_factory=dict)
    history: bool = False
    indexes: tuple[tuple[str, ...], ...] = ()
    history_indexes: tuple[HistoryIndex, ...] = ()
    figures: Figures | None = None


@dataclass
class Wiring:
    """The adapters of one process. Nothing is connected before the process starts."""

    settings: Settings
    policy: Policy
    http: httpx.AsyncClient
    client: Any
    database: Any
    keyring: Keyring
    log: KafkaLog
    stores: dict[str, MongoStore]
    inputs: dict[str, MongoInputs]
    doors: dict[str, Door] = field(default_factory=dict)
    made: dict[Callable[[Wiring], Any], Any] = field(default_factory=dict, init=False)

    def one(self, make: Callable[[Wiring], T]) -> T:
        """What the process has one of, made where it is first asked for."""
        if make not in self.made:
            self.made[make] = make(self)
        found: T = self.made[make]
        return found


@dataclass(frozen=True)
class Service:
    """A service: its stages, its routes beside the staff commands, and its doors beside HTTP."""

    name: str
    parts: tuple[Callable[[Wiring], StageParts], ...]
    routers: tuple[Callable[[Wiring], APIRouter], ...] = ()
    listeners: tuple[Callable[[Wiring], AbstractAsyncContextManager[None]], ...] = ()


def wire(settings: Settings) -> Wiring:
    """Make the adapters. Raises UsageError where a secret or policy is missing."""
    client = connect(settings)
    database = client[settings.database]
    master = settings.master_key.get_secret_value()
    return Wiring(
        settings=settings,
        policy=load(settings.policy),
        http=http_client(),
        client=client,
        database=database,
        keyring=Keyring(MongoKeyStore(client[settings.keys_database], master)),
        log=KafkaLog(settings.kafka),
        stores={name: MongoStore(database, name) for name in STAGES},
        inputs={name: MongoInputs(database, name) for name in STAGES},
    )


def open_door(wiring: Wiring, parts: StageParts) -> Door:
    """The door of one stage."""
    name = parts.stage.name
    door = Door(
        parts.stage,
        parts.decider,
        wiring.stores[name],
        wiring.inputs[name],
        wiring.log,
        wiring.keyring,
        policy=wiring.policy,
    )
    wiring.doors[name] = door
    return door
