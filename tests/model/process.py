"""A process of the simulated stage: the real runner and worker, and what befalls their calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from shared.errors import TransientError
from shared.pipeline import STAGES
from shared.policy import load
from shared.runner.folded import Room
from shared.runner.keys import Keyring
from shared.runner.patience import Patience
from shared.runner.ports import Record
from shared.runner.runner import Runner
from shared.runner.settle import Settling
from shared.runner.worker import Worker
from shared.testing.memory import InMemoryKeyStore, InMemoryLog, InMemoryStore
from shared.testing.rig import Position

if TYPE_CHECKING:
    from tests.model.world import World

T = TypeVar("T")
STAGE = STAGES["triage"]
SMALL = Room(records=3, redriven_bytes=1_200)  # little waits in a document: the rest must go about


class Killed(BaseException):
    """The process is gone, as after kill -9."""


class Hasty(Patience):
    """Tries again at once."""

    async def pause(self, _longest: float = 0.0) -> None:
        """Note nothing, and do not wait."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one call to a server.

    First `rival` acts and `seconds` pass; then so many thirds of the call take effect, and it
    is answered, or its answer is lost, or the process is killed.
    """

    end: str = "answered"
    thirds: int = 3
    rival: str = ""
    seconds: int = 0


class Process:
    """One process of the stage, with its consumer on one lane and its worker."""

    def __init__(self, world: World, lane: str) -> None:
        self.world = world
        self.lane = lane
        self.fates: deque[Fate] = deque()
        self.alive = True
        self.position = Position(STAGE.group(lane))
        self.next = dict(world.committed[lane])
        store, log, keyring = FatefulStore(self), FatefulLog(self), Keyring(InMemoryKeyStore())
        decider = world.rules.decider
        settling = Simulated(STAGE, decider, lane, store, keyring, load("default"))
        settling.world, settling.patience, settling.room = world, Hasty(), SMALL
        self.worker = Worker(STAGE, decider, {"call": world.call}, store, log, keyring)
        self.worker.handover.clock = world.seconds
        settling.handover = self.worker.handover
        self.runner = Runner(settling, log)

    async def fated(self, call: Callable[[int], Awaitable[T]], size: int = 1) -> T:
        """Make a call of that many parts to a server, with what fate has for it."""
        fate = self.fates.popleft() if self.fates else Fate()
        await self.world.meanwhile(fate, self)
        if not self.alive:
            raise Killed
        answered = fate.end == "answered"
        done = await call(size if answered else size * fate.thirds // 3)
        if fate.end == "killed":
            self.alive = False
            raise Killed
        if not answered:
            self.world.excuses += 1
            raise TransientError
        return done


class Simulated(Settling):
    """Settles on the world's clock."""

    world: World

    def _tools(self, assignment):
        return replace(super()._tools(assignment), now=self.world.now())


class FatefulStore(InMemoryStore):
    """One process's way to the store that all share."""

    def __init__(self, process: Process) -> None:
        there = process.world.store
        super().__init__(there.now, there.documents, there.history, there.waiting, there.leases)
        self.process = process

    async def write(self, documents):
        there = super().write
        return await self.process.fated(lambda n: there(documents[:n]), len(documents))

    async def spill(self, pile, waiting):
        there = super().spill
        await self.process.fated(lambda n: there(pile, waiting[:n]), len(waiting))

    async def spilled(self, pile):
        return (await super().spilled(pile))[:2]

    async def unspill(self, pile, waiting):
        there = super().unspill
        await self.process.fated(lambda n: there(pile, waiting[:n]), len(waiting))

    async def claim(self, most, lease_s, lanes):
        there = super().claim
        return await self.process.fated(lambda n: there(most, lease_s, lanes if n else ()))

    async def release(self, leases, wait_s):
        there = super().release
        await self.process.fated(lambda n: there(leases[:n], wait_s), len(leases))


class FatefulLog(InMemoryLog):
    """One process's way to the log that all share."""

    def __init__(self, process: Process) -> None:
        super().__init__(process.world.log.records)
        self.process = process

    async def publish(self, records: Sequence[Record]) -> None:
        there = super().publish
        await self.process.fated(lambda n: there(records[:n]), len(records))
