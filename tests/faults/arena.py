"""One installation behind proxies, for all cases of the fault matrix; the checker ends each."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from aiokafka.errors import KafkaError

from shared.local.ports import LOOPBACK, Ports
from shared.local.servers import ServerName
from shared.local.stack import Options, Stack
from tests.demo.people import Submitted
from tests.demo.world import Case as Customer
from tests.e2e.checker import Expected, lagging, violations
from tests.e2e.evidence import Evidence, Record, offsets
from tests.e2e.kills import Killer
from tests.e2e.people import Patient
from tests.e2e.site import Site, site
from tests.faults.crowd import CANARIES, FEW, customers
from tests.faults.proxy import Proxy
from tests.faults.report import Entry, Report

LISTENERS = """
listeners=PLAINTEXT://127.0.0.1:${{port}},PROXIED://127.0.0.1:{inner},\
CONTROLLER://127.0.0.1:${{controller}}
advertised.listeners=PLAINTEXT://127.0.0.1:${{port}},PROXIED://127.0.0.1:{outer}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
"""
ACCEPTED = 202
OUTSIDE = ("sandbox", "gateway")  # not ours to cut off
END_S = 150.0
LAG_S = 90.0
QUIET_S = 1.5
READY_S = 120.0
PATIENCE_S = 600.0


@dataclass
class Arena:
    """A running site, what can be done to it, and what was found wrong so far."""

    running: Site
    killer: Killer
    report: Report
    kafka: Proxy
    mongo: Proxy
    known: set[str] = field(default_factory=set)
    poison: list[Record] = field(default_factory=list)
    paused: set[int] = field(default_factory=set)
    dead: set[ServerName] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    rounds: int = 0
    crashes: int = 0  # in one case, at most

    @property
    def stack(self) -> Stack:
        return self.running.stack

    @asynccontextmanager
    async def case(self, row: str, name: str) -> AsyncIterator[Case]:
        """A case: what the block does to the installation is mended, and then judged."""
        self.rounds += 1
        with self.report.case(row, name) as entry:
            case = Case(self, entry, self.chance(f"{row}|{name}"), f"f{self.rounds}")
            try:
                yield case
            except BaseException:
                self.killer.disarm()
                await self.heal()
                raise
            await self.heal()
            await case.judge()

    def chance(self, what: str) -> random.Random:
        """Choices that the seed makes again."""
        return random.Random(f"{self.report.seed}|{what}")  # noqa: S311 - choices of a test

    async def heal(self) -> None:
        """Mend everything; the services come back alone."""
        self.kafka.heal()
        self.mongo.heal()
        for pid in self.paused:
            os.kill(pid, signal.SIGCONT)
        self.paused.clear()
        while self.dead:
            await asyncio.to_thread(self.stack.servers.revive, self.dead.pop())
        while self.held:
            await asyncio.to_thread(self.stack.restart, self.held.pop())

    async def pause(self, *names: str) -> None:
        """SIGSTOP processes until `heal` or `resume`."""
        for name in names:
            pid = self.stack.pids[name]
            assert pid is not None, f"{name} does not run"
            os.kill(pid, signal.SIGSTOP)
            self.paused.add(pid)

    async def away(self, server: ServerName) -> None:
        """SIGKILL a server, which stays away until `heal`."""
        self.dead.add(server)
        await asyncio.to_thread(self.stack.servers.kill, server)

    async def hold(self, service: str) -> None:
        """SIGKILL a service, which stays away until `heal`."""
        self.held.add(service)
        await asyncio.to_thread(partial(self.stack.kill, service, hold=True))

    async def ready(self, names: Iterable[str] | None = None) -> None:
        """Wait until services answer that they are ready."""
        await asyncio.to_thread(self.stack.wait_ready, names, READY_S)

    def answers(self, service: str) -> bool:
        """Whether a service lives, be it ready or not."""
        try:
            found = httpx.get(f"{self.stack.urls[service]}/livez", timeout=2, trust_env=False)
        except httpx.TransportError:
            return False
        return found.is_success

    async def caught_up(self, since: float) -> float:
        """Wait until no group has anything left to read; how many seconds that took."""
        while await self._behind():
            if time.monotonic() - since > LAG_S:
                break
            await asyncio.sleep(0.5)
        return time.monotonic() - since

    async def _behind(self) -> bool:
        try:
            return any(lagging(await offsets(self.stack.kafka)))
        except KafkaError:
            return True  # one that was paused has no coordinators until its controller trusts it

    async def evidence(self) -> Evidence:
        """What there is when nothing moves any more, before and after it was read."""
        until = time.monotonic() + LAG_S
        while True:
            evidence = await self.running.at_rest()
            after = await offsets(self.stack.kafka)
            quiet = after.ends == evidence.ends and not any(evidence.unsent.values())
            if quiet or time.monotonic() > until:
                break
        for log in (self.stack.folder / "logs").glob("*.log"):
            evidence.prints[log.name] = log.read_bytes()
        for name in set(self.stack.urls) - set(OUTSIDE):
            answer = await self.running.people.http.get(f"{self.stack.urls[name]}/metrics")
            evidence.prints[f"{name}/metrics"] = answer.content
        return evidence


@dataclass
class Case:
    """One case: its customers, its faults, its end."""

    arena: Arena
    entry: Entry
    rng: random.Random
    prefix: str
    made: list[Submitted] = field(default_factory=list)
    invited: list[Customer] = field(default_factory=list)
    expected: list[Record] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)

    async def submit(self, users: Sequence[str] = FEW) -> list[Submitted]:
        """New customers of these stories complain; each is answered 202, be it late."""
        self.prefix += "x"
        new = customers(self.prefix, users)
        await self.arena.running.world.create(new)
        made = await self.arena.running.submit(new)
        self.made += made
        self.entry.complaints += len(made)
        return made

    async def invite(self, count: int, user: str) -> None:
        """Let the exchange know customers who will `ask`."""
        for number in range(count):
            self.invited += customers(f"{self.prefix}q{number}", [user])
        await self.arena.running.world.create(self.invited)

    async def ask(self) -> tuple[int, float]:
        """One who was invited asks once: what intake answers, and in how many seconds."""
        customer = self.invited.pop()
        async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
            started = time.monotonic()
            url = f"{self.arena.stack.urls['intake']}/v1/complaints"
            answer = await http.post(url, json=customer.body())
            seconds = time.monotonic() - started
        if answer.status_code == ACCEPTED:
            made = await self.arena.running.people.submit(customer)
            assert made.id == answer.json()["complaint_id"]
            self.made.append(made)
            self.entry.complaints += 1
        return answer.status_code, seconds

    async def arm(self, process: str, failpoint: str) -> None:
        """Kill a process at a failpoint, once."""
        await self.arena.killer.arm(process, failpoint)
        self.entry.kills += 1

    async def fired(self, seconds: float = 60.0) -> None:
        """Wait until everything that is armed has killed."""
        assert await self.arena.killer.fired(seconds) == []

    async def kill(self, process: str) -> None:
        """SIGKILL a service, which is started again."""
        self.entry.kills += 1
        await asyncio.to_thread(self.arena.stack.kill, process)

    async def away(self, server: ServerName, seconds: float) -> None:
        """SIGKILL a server for some time."""
        self.entry.kills += 1
        await self.arena.away(server)
        await asyncio.sleep(seconds)

    def received(self) -> set[str]:
        """The complaints that intake knows of these customers, and of nobody else."""
        earlier = self.arena.running.people.made.keys() - {one.id for one in self.made}
        return self.evidence.documents["intake"].keys() - earlier

    async def pause(self, server: ServerName) -> None:
        """SIGSTOP a server until `heal`."""
        self.entry.cuts += 1
        await self.arena.pause(server)

    async def judge(self) -> None:
        """Wait for the end of everything; nothing may be wrong."""
        arena, entry = self.arena, self.entry
        healed = time.monotonic()
        rest_s = await arena.caught_up(healed)
        await arena.ready()
        everybody = arena.running.people.made
        still_open = await arena.running.closed(list(everybody.values()), END_S)
        self.evidence = evidence = await arena.evidence()
        evidence.rest_s = rest_s
        arena.poison += self.expected
        arena.crashes = max(arena.crashes, entry.kills + entry.cuts)
        expected = Expected(arena.poison, arena.crashes, CANARIES)
        found = violations(evidence, list(everybody), expected)
        entry.violations = [sentence for sentence in found if sentence not in arena.known]
        arena.known.update(found)
        faults, arena.running.people.faults = arena.running.people.faults, []
        assert not entry.violations, "\n".join(entry.violations)
        assert not faults, "\n".join(faults)
        assert not still_open, still_open


@asynccontextmanager
async def arena(folder: Path, report: Report) -> AsyncIterator[Arena]:
    """Start it all; the folder is its own."""
    killer = Killer(folder / "failpoints")
    with Ports(folder / "proxies.json") as ports:
        inner, outer, before_mongo = map(ports.hold, ("kafka inner", "kafka outer", "mongo outer"))
        behind = {
            "REDRESS_KAFKA": f"{LOOPBACK}:{outer}",
            "REDRESS_MONGO": f"mongodb://{LOOPBACK}:{before_mongo}/?directConnection=true",
        }
        env = {
            name: {**told, **({} if name in OUTSIDE else behind)}
            for name, told in killer.environment().items()
        }
        listeners = LISTENERS.format(inner=inner, outer=outer)
        stack = Stack(folder, Options(policy="demo", env=env, kafka_settings=listeners))
        mongo = Proxy(before_mongo, mongo_port(stack))
        with running(stack, Proxy(outer, inner), mongo) as proxies:
            async with site(stack, ()) as found:
                await _be_patient(found)
                yield Arena(found, killer, report, *proxies)


def mongo_port(stack: Stack) -> int:
    """Where its mongod listens."""
    return int(stack.mongo.rpartition(":")[2].partition("/")[0])


@contextmanager
def running(stack: Stack, *proxies: Proxy) -> Iterator[tuple[Proxy, ...]]:
    """The proxies, and behind them the stack."""
    for proxy in proxies:
        proxy.start()
    try:
        with stack:
            yield proxies
    finally:
        for proxy in proxies:
            proxy.stop()


async def _be_patient(found: Site) -> None:
    await found.people.http.aclose()
    transport = Patient(PATIENCE_S)
    found.people.http = httpx.AsyncClient(transport=transport, timeout=20.0, trust_env=False)
