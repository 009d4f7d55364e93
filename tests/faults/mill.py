"""A small installation: servers of its own, the pipeline in one process, complaints laid ready."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from aiokafka.errors import KafkaError
from pydantic import SecretStr
from pymongo import MongoClient

from shared.local.children import Program
from shared.local.keys import keys
from shared.local.layout import url
from shared.local.ports import Ports
from shared.local.servers import Servers
from shared.local.supervisor import Process, Supervisor
from shared.runner.partitions import create_topics
from shared.settings import Settings
from tests.e2e.checker import lagging, violations
from tests.e2e.evidence import Evidence, collect, offsets
from tests.faults.laid import lay

LOOK_S = 0.5
STILL_S = 3.0
LONG_S = 15.0  # longer than a killed process needs to come back


class Mill:
    """A context manager starts the servers and stops everything; `start` starts a process."""

    def __init__(self, folder: Path, partitions: int = 6) -> None:
        self.folder = folder
        self.partitions = partitions
        self.failpoints = folder / "failpoints"
        self.failpoints.mkdir(parents=True)
        self.ports = Ports(folder / "ports.json")
        self.supervisor = Supervisor()
        self.servers = Servers(folder, ports=self.ports, supervisor=self.supervisor)

    def __enter__(self) -> Self:
        self.servers.start()
        self.client = MongoClient[dict[str, Any]](self.servers.mongo)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.supervisor.stop([n for n in self.supervisor.processes if n not in ("kafka", "mongo")])
        self.servers.close()

    @property
    def settings(self) -> Settings:
        """What whoever looks from outside needs to know."""
        secrets = keys(self.folder)
        return Settings(
            kafka=self.servers.kafka,
            partitions=self.partitions,
            mongo=SecretStr(self.servers.mongo),
            master_key=SecretStr(secrets["REDRESS_MASTER_KEY"]),
            token_key=SecretStr(secrets["REDRESS_TOKEN_KEY"]),
        )

    async def lay(self, count: int, first: int = 0) -> list[str]:
        """Produce complaints; returns their ids. The topics are made where they are missing."""
        await create_topics(self.servers.kafka, self.settings.partitions, 1)
        return await lay(self.settings, range(first, first + count))

    def start(
        self, name: str, module: str, *arguments: str, env: Mapping[str, str] | None = None
    ) -> Process:
        """Run `python -m module`, again whenever it dies."""
        command = sys.executable, "-m", module, *arguments
        log = self.folder / "logs" / f"{name}.log"
        whole = {**self._environment(name), **(env or {})}
        return self.supervisor.run(Program(name, command, log, whole))

    def _environment(self, name: str) -> dict[str, str]:
        return {
            **keys(self.folder),
            "REDRESS_KAFKA": self.servers.kafka,
            "REDRESS_MONGO": self.servers.mongo,
            "REDRESS_POLICY": "demo",
            "REDRESS_PORT": str(self.ports.hold(name)),
            "REDRESS_FAILPOINT_FOLDER": str(self.failpoints),
        }

    def document(self, stage: str, complaint: str) -> dict[str, Any]:
        """What a stage keeps of a complaint; empty where it does not know it."""
        return self.client["redress"][stage].find_one({"_id": complaint}) or {"run": {}}

    def url(self, name: str) -> str:
        """Of a process."""
        return url(self.ports.hold(name))

    async def probe(self, name: str, probe: str) -> tuple[int, str]:
        """What a process answers to `livez` or `readyz`, with its reason; 0: nothing."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            try:
                answer = await http.get(f"{self.url(name)}/{probe}")
            except httpx.TransportError:
                return 0, ""
        return answer.status_code, answer.json()["reason"] or ""

    async def answers(self, name: str, probe: str, wanted: tuple[int, str], seconds: float) -> bool:
        """Whether a probe comes to answer that in time."""
        deadline = time.monotonic() + seconds
        while await self.probe(name, probe) != wanted:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.2)
        return True

    async def redress(self, *arguments: str) -> tuple[int, str]:
        """Run a command as an operator would: its exit code and all that it said."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "shared.cli.main", *arguments),
            env={**self._environment("operator"), "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await child.communicate()
        return child.returncode or 0, said.decode()

    def log(self, name: str) -> str:
        """All that a process has logged."""
        return (self.folder / "logs" / f"{name}.log").read_text("utf-8")

    def arm(self, *failpoints: str) -> None:
        """Kill whoever comes by first, once for each."""
        for failpoint in failpoints:
            (self.failpoints / failpoint).touch()

    def kills(self) -> int:
        """How many failpoints have killed."""
        return sum(mark.suffix[1:].isdecimal() for mark in self.failpoints.iterdir())

    def happened(self, name: str) -> bool:
        """Whether a fault that was switched on has happened."""
        return (self.failpoints / f"{name}.happened").exists()

    def release(self, name: str) -> None:
        """Let whoever is held there go on."""
        (self.failpoints / f"{name}.happened").unlink()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether `condition` comes true in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    async def at_rest(self, ids: Collection[str] = (), seconds: float = 90.0) -> Evidence:
        """Wait until all is read, `ids` have ended and nothing moves, or nothing did for long."""
        deadline, before, since = time.monotonic() + seconds, None, time.monotonic()
        while time.monotonic() < deadline:
            now = await self._offsets()
            if now != before:
                before, since = now, time.monotonic()
            still = time.monotonic() - since
            if now and (still > LONG_S or (still > STILL_S and not any(lagging(now)))):
                evidence = await self.evidence()
                if still > LONG_S or not unended(evidence, ids):
                    return evidence
            await asyncio.sleep(LOOK_S)
        return await self.evidence()

    async def _offsets(self) -> Evidence | None:
        try:
            return await offsets(self.servers.kafka)
        except KafkaError:  # the groups' coordinator begins with the first member
            return None

    async def evidence(self) -> Evidence:
        """All that there is now."""
        return await collect(self.servers.kafka, self.servers.mongo)


def unended(evidence: Evidence, ids: Collection[str]) -> bool:
    """Whether any of these complaints has no end yet."""
    return bool(ids) and any("no end" in said for said in violations(evidence, ids))


def found(evidence: Evidence, ids: Collection[str] = ()) -> list[str]:
    """What is wrong inside; the exchange and the mail server are answered for in the process."""
    said = violations(evidence, ids)
    return [s for s in said if "is not in the ledger" not in s and "the mail of" not in s]
