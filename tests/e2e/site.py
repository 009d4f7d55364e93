"""An installation with its customers, staff and exchange, for as long as the tests run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.resources import files
from typing import Any

import yaml

from shared.local.keys import keys
from shared.local.layout import LEDGER
from shared.local.stack import Stack
from tests.demo.people import Submitted
from tests.demo.watch import Watch
from tests.demo.world import Case, World
from tests.e2e.checker import lagging
from tests.e2e.evidence import Evidence, Place, collect, offsets
from tests.e2e.people import People

REST_S = 1.5  # longer than due work is looked for
REDRESS = sys.executable, "-m", "shared.cli.main"


def cases(prefix: str, users: Iterable[str]) -> list[Case]:
    """The demo's cases of these users, as customers, orders and things of their own."""
    text = files("tests.demo").joinpath("cases.yaml").read_text("utf-8")
    found = {row["user"]: Case(**row) for row in yaml.safe_load(text)}
    return [_own(prefix, found[user]) for user in users]


def _own(prefix: str, case: Case) -> Case:
    return replace(
        case,
        user=f"{prefix}-{case.user}",
        order=f"{prefix}-{case.order}" if case.order else None,
        staff=_own_thing(prefix, case.staff),
        again=_own_thing(prefix, case.again),
    )


def _own_thing(prefix: str, found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None or "thing" not in found["remedy"]:
        return found
    kind, _, name = found["remedy"]["thing"].partition("|")
    return {**found, "remedy": {**found["remedy"], "thing": f"{kind}|{prefix}-{name}"}}


class Site:
    """A running stack and everybody around it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.secrets = keys(stack.folder)
        self.watch = Watch()
        self.world = World(stack.urls["sandbox"], self.secrets["REDRESS_EXCHANGE_TOKEN"])
        self.people = People(stack.urls, self.secrets["REDRESS_TOKEN_KEY"], self.watch, self.world)

    async def submit(self, chosen: Sequence[Case]) -> list[Submitted]:
        """All at once."""
        return list(await asyncio.gather(*map(self.people.submit, chosen)))

    async def closed(self, made: Sequence[Submitted], seconds: float) -> dict[str, list[str]]:
        """Wait until all are closed; returns what came last of those that are not."""
        tracks = {one.id: self.watch.tracks[one.id] for one in made}
        with contextlib.suppress(TimeoutError):
            await self.watch.until(lambda: all(t.closed for t in tracks.values()), seconds)
        return {
            f"{one.case.user} {one.id}": [e.type for e in tracks[one.id].events[-8:]]
            for one in made
            if not tracks[one.id].closed
        }

    async def at_rest(self, seconds: float = 60.0) -> Evidence:
        """Wait until all is read and nothing new comes; then collect what there is."""
        until = time.monotonic() + seconds
        before: dict[Place, int] = {}
        while time.monotonic() < until:
            now = await offsets(self.stack.kafka)
            if now.ends == before and not any(lagging(now)):
                break
            before = now.ends
            await asyncio.sleep(REST_S)
        return await collect(self.stack.kafka, self.stack.mongo)

    def environment(self) -> dict[str, str]:
        """What a command or a service needs to know of this installation."""
        servers = {"REDRESS_KAFKA": self.stack.kafka, "REDRESS_MONGO": self.stack.mongo}
        servers["REDRESS_PUBLIC_URL"] = self.stack.urls["gateway"]
        servers["REDRESS_LEDGER"] = str(self.stack.folder / LEDGER)
        return {**servers, **self.secrets, "REDRESS_POLICY": "demo", "PATH": os.defpath}

    async def redress(self, *arguments: str) -> tuple[int, str]:
        """Run a command as a person would: its exit code and all that it said."""
        child = await asyncio.create_subprocess_exec(
            *REDRESS,
            *arguments,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await child.communicate()
        return child.returncode or 0, said.decode()


@asynccontextmanager
async def site(stack: Stack, customers: Sequence[Case]) -> AsyncIterator[Site]:
    """The site of a stack whose exchange knows these customers."""
    found = Site(stack)
    await found.world.create(list(customers))
    follow = asyncio.create_task(found.watch.follow(stack.kafka))
    try:
        yield found
    finally:
        follow.cancel()
        await asyncio.gather(follow, return_exceptions=True)
        await found.people.close()
        await found.world.http.aclose()
