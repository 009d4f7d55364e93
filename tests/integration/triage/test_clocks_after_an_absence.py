"""Clocks while nobody looked: a real database holds their timers and says what is due."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.triage.decide import DECIDER
from shared.events.triage import ClockBreached, ClockWarned
from shared.runner.ports import Document
from shared.runner.worker import Worker
from shared.testing.rig import Rig
from tests.unit.triage.stage_cases import admitted, found, triage

AWAY = timedelta(hours=6)


@pytest.fixture
def rig(wiring):
    """Triage on the real database, its log in memory."""
    rig = Rig("triage", DECIDER)
    rig.store = wiring.stores["triage"]
    rig.restarted()
    return rig


async def left_alone(rig, since):
    """A case that was taken up at that instant, and that no process has looked at again."""
    case, complaint = triage(), str(uuid.uuid4())
    case.now = since
    case.when(admitted(received_at=since))
    found(case, "agent-x")
    await rig.keyring.create(complaint)
    assert await rig.store.write([Document(complaint, case.state, rev=1)]) == set()
    return case


async def back(rig):
    """The processes are back: what is due is answered, and the answers are folded."""
    worker = Worker(rig.stage, DECIDER, {}, rig.store, rig.log, rig.keyring)
    while await worker.once("normal", 100):
        topic = rig.stage.topic("inputs")
        records = [r for r in rig.log.records if r.topic == topic]
        rig.log.records = [r for r in rig.log.records if r.topic != topic]
        fetched = [rig.fetched(r.topic, r.key.decode(), r.value, r.headers) for r in records]
        await rig.run(*fetched)
        rig.commit(*fetched)
    return [event.data for event in rig.published()]


async def test_a_promise_broken_while_all_were_away_is_dated_by_its_clock(rig):
    since = datetime.now(UTC) - AWAY
    case = await left_alone(rig, since)
    due_at = case.state.clocks["first_action:1"].due_at

    told = await back(rig)

    (breach,) = [event for event in told if isinstance(event, ClockBreached)]
    assert (
        (breach.clock, breach.due_at)
        == ("first_action", due_at)
        == (
            "first_action",
            since + timedelta(minutes=30),
        )
    )
    assert breach.detected_late
    assert breach.detected_at - breach.due_at > AWAY - timedelta(hours=1)


async def test_every_threshold_is_told_with_its_own_instant_however_late(rig):
    since = datetime.now(UTC) - AWAY
    await left_alone(rig, since)

    warned = [event for event in await back(rig) if isinstance(event, ClockWarned)]

    assert [(event.share, event.at - since) for event in warned] == [
        (50, timedelta(minutes=15)),
        (75, timedelta(minutes=22.5)),
        (90, timedelta(minutes=27)),
        (150, timedelta(minutes=45)),
    ]


async def test_nothing_is_told_before_its_instant(rig):
    await left_alone(rig, datetime.now(UTC))

    assert await back(rig) == []
