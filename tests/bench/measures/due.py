"""Due work with an adapter that takes 20 ms: claimed, done, answered, folded, in one process."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.decider import Context, Decider, State
from shared.envelope import Envelope
from shared.events.base import DueItem, Event
from shared.events.verification import AccountLookedUp, IdentityVerified
from shared.log import configure
from shared.pipeline import STAGES
from shared.runner.due import Claim, each
from shared.runner.ports import Document
from shared.runner.process import Process
from shared.runner.wiring import StageParts, Wiring, open_door, wire
from shared.settings import Settings
from tests.bench.ground import ground, say
from tests.bench.section import Section, machine_load

STAGE = STAGES["verification"]
ADAPTER_S = 0.02
CHUNK = 1_000
LEAST_PER_S = 2_000.0
LOOK = "look"
LOOK_S = 0.02


def _decide(_state: State, data: AccountLookedUp, _context: Context) -> list[Event]:
    return [IdentityVerified(user_id=data.key, level="L1")]


def _evolve(state: State, _data: Event, _event: Envelope) -> State:
    return state.model_copy(update={"due": {}})


DECIDER = Decider(State, {AccountLookedUp: _decide}, {IdentityVerified: _evolve})


async def _look(claim: Claim) -> AccountLookedUp:
    await asyncio.sleep(ADAPTER_S)
    return AccountLookedUp(key=claim.item.key, put_by=claim.item.event, matches=1)


async def _owe(wiring: Wiring, count: int) -> None:
    now, store = datetime.now(UTC), wiring.stores[STAGE.name]
    for _ in range(0, count, CHUNK):
        items = [
            DueItem(key=LOOK, kind=LOOK, at=now, event=str(uuid.uuid4())) for _ in range(CHUNK)
        ]
        documents = [Document(str(uuid.uuid4()), State(due={LOOK: i}), rev=1) for i in items]
        await store.write(documents)


async def _run(settings: Settings, count: int) -> float:
    wiring = wire(settings)
    await _owe(wiring, count)
    return await _done(wiring, count)


async def _done(wiring: Wiring, count: int) -> float:
    """Seconds until every item was answered and its answer folded."""
    part = StageParts(STAGE, DECIDER, work={LOOK: each(_look)})
    open_door(wiring, part)
    process = Process(wiring, [part], ("normal",))
    documents = wiring.database[STAGE.collection]
    await process.start()
    await _until(documents, {"leases": {"$exists": True}}, 1)
    began = time.monotonic()
    await _until(documents, {"run.rev": 2}, count)
    seconds = time.monotonic() - began
    await process.stop()
    return seconds


async def _until(documents: Any, wanted: Mapping[str, Any], count: int) -> None:
    while True:
        if await documents.count_documents(wanted, limit=count) == count:
            return
        await asyncio.sleep(LOOK_S)


def measure(count: int = 10_000) -> Section:
    """Items a second. Raises BenchError."""
    section = Section(
        "Due work",
        f"{count:,} items are owed, to be claimed; an adapter takes {ADAPTER_S * 1000:.0f} ms for "
        "each, the rule for its answer is one line. The clock runs from the first claim until the "
        "last answer is folded into its document.",
        ("items", "seconds", "items/s", "machine, cores"),
    )
    configure("warning", "bench")
    with ground() as place:
        asyncio.run(place.prepare())
        say("due", f"{count:,} items")
        with machine_load() as load:
            seconds = asyncio.run(_run(place.settings, count))
    rate = count / seconds
    section.rows.append((f"{count:,}", f"{seconds:.1f}", f"{rate:,.0f}", f"{load.cores:.2f}"))
    section.demand(
        held=rate >= LEAST_PER_S,
        otherwise=f"due work at {rate:,.0f} items/s, less than {LEAST_PER_S:,.0f}",
    )
    return section
