"""The worker: batches, what hangs, what fails, what cannot be sent."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.decider import Decider, State
from shared.envelope import read
from shared.errors import TransientError
from shared.events.base import DueItem, TimerElapsed
from shared.events.investigation import EvidenceCollected
from shared.events.verification import AccountLookedUp
from shared.pipeline import STAGES
from shared.runner import worker
from shared.runner.due import LEASE_S, each
from shared.runner.keys import Keyring
from shared.runner.ports import Document
from shared.runner.worker import Worker
from shared.testing.builders import an_example
from shared.testing.memory import InMemoryKeyStore, InMemoryLog, InMemoryStore
from shared.testing.scenario import START


class Bench:
    """A verification worker whose work is given by the test."""

    def __init__(self, **work):
        self.store, self.log, self.keys = InMemoryStore(), InMemoryLog(), InMemoryKeyStore()
        decider = Decider(State, {}, {})
        stage = STAGES["verification"]
        self.worker = Worker(stage, decider, work, self.store, self.log, Keyring(self.keys))

    async def owe(self, *kinds, lane="normal", key=True):
        complaint = str(uuid.uuid4())
        items = {
            kind: DueItem(key=kind, kind=kind.partition(":")[0], at=START, event="e", lane=lane)
            for kind in kinds
        }
        await self.store.write([Document(complaint, State(due=items, lane=lane), lane, rev=1)])
        if key:
            await self.keys.create(complaint)
        return complaint

    def answers(self):
        return [read(record.value, []) for record in self.log.records]


async def looked_up(claim):
    return AccountLookedUp(key=claim.item.key, put_by=claim.item.event, matches=1)


async def test_a_timer_that_is_due_is_answered_by_its_having_elapsed():
    bench = Bench()
    await bench.owe("timer:deadline")

    assert await bench.worker.once("normal", 10) == 1

    [answer] = bench.answers()
    assert isinstance(answer.data, TimerElapsed)
    assert (answer.data.key, answer.data.put_by) == ("timer:deadline", "e")


async def test_the_same_item_gives_the_same_input_id_whoever_answers_it():
    bench = Bench(look=each(looked_up))
    await bench.owe("look")
    await bench.worker.once("normal", 10)
    bench.store.leases.clear()
    other = Worker(
        bench.worker.stage,
        bench.worker.decider,
        {"look": each(looked_up)},
        bench.store,
        bench.log,
        bench.worker.keyring,
    )
    await other.once("normal", 10)

    first, second = bench.answers()
    assert first.id == second.id


async def test_a_server_that_is_away_gives_the_item_back_for_later():
    async def away(_claim):
        raise TransientError

    bench = Bench(look=each(away))
    await bench.owe("look")
    await bench.worker.once("normal", 10)

    assert bench.log.records == []
    assert await bench.worker.once("normal", 10) == 0
    await asyncio.sleep(worker.FIRST_WAIT_S + 0.1)
    assert await bench.worker.once("normal", 10) == 1


async def test_one_answer_that_cannot_be_sent_does_not_hold_back_the_others():
    async def huge(claim):
        evidence = an_example(EvidenceCollected).evidence
        big = evidence.model_copy(update={"query": "x" * 300_000})
        return EvidenceCollected(key=claim.item.key, put_by="e", source="chain", evidence=big)

    async def work(claims):
        return [await (huge(c) if c.item.key == "look:big" else looked_up(c)) for c in claims]

    bench = Bench(look=work)
    await bench.owe("look:big", "look:small")

    await bench.worker.once("normal", 10)

    assert [answer.data.key for answer in bench.answers()] == ["look:small"]


async def test_a_personal_answer_without_a_key_is_never_sealed_away():
    async def found(claim):
        evidence = an_example(EvidenceCollected).evidence
        return EvidenceCollected(key=claim.item.key, put_by="e", source="x", evidence=evidence)

    bench = Bench(look=each(found))
    await bench.owe("look", key=False)

    await bench.worker.once("normal", 10)

    assert bench.log.records == []


async def test_what_was_done_is_not_done_again_while_its_answer_waits_for_the_log():
    calls, back = [], asyncio.Event()

    class Away(InMemoryLog):
        async def publish(self, records):
            if not back.is_set():
                raise TransientError
            await super().publish(records)

    async def work(claims):
        calls.extend(claims)
        return [await looked_up(c) for c in claims]

    bench = Bench(look=work)
    bench.worker.answers.log = bench.log = Away()
    await bench.owe("look")
    first = asyncio.create_task(bench.worker.once("normal", 10))
    await asyncio.sleep(0.05)
    bench.store.now = lambda: datetime.now(UTC) + timedelta(seconds=2 * LEASE_S)
    assert await bench.worker.once("normal", 10) == 0
    back.set()
    await first

    assert len(calls) == len(bench.answers()) == 1


async def test_work_that_hangs_on_one_lane_leaves_the_other_free():
    hang = asyncio.Event()

    async def work(claims):
        if claims[0].item.lane == "normal":
            await hang.wait()
        return [await looked_up(c) for c in claims]

    bench = Bench(look=work)
    await bench.owe("look")
    express = await bench.owe("look", lane="express")
    loops = [asyncio.create_task(bench.worker.run(x, 0.05, 10)) for x in ("normal", "express")]

    await asyncio.sleep(0.3)

    assert [answer.subject for answer in bench.answers()] == [express]
    for loop in loops:
        loop.cancel()
    hang.set()
    await asyncio.gather(*loops, return_exceptions=True)


async def test_an_item_of_a_new_claim_is_done_while_an_older_one_hangs():
    hang = asyncio.Event()

    async def work(claims):
        if claims[0].item.key == "look:slow":
            await hang.wait()
        return [await looked_up(c) for c in claims]

    bench = Bench(look=work)
    await bench.owe("look:slow")
    loop = asyncio.create_task(bench.worker.run("normal", 0.05, 10))
    await asyncio.sleep(0.1)
    quick = await bench.owe("look:quick")
    await asyncio.sleep(0.3)

    assert [answer.subject for answer in bench.answers()] == [quick]
    loop.cancel()
    hang.set()
    await asyncio.gather(loop, return_exceptions=True)


@pytest.mark.parametrize(("lane", "longest"), [("normal", 60.0), ("express", 2.0)])
def test_an_item_waits_longer_each_time_but_never_long_on_the_express_lane(lane, longest):
    waits = [worker.wait_s(lane, attempts) for attempts in (0, 1, 5, 5000)]

    assert waits[0] < waits[1] <= waits[2] <= waits[3] == longest
