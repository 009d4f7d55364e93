"""The live board over a real MongoDB: promises at risk, and a count that nobody waits for."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.notify.board.feed import Feed
from shared.events.resolution import CaseClosed
from shared.events.triage import ClockBreached, ClockMet, ClockStarted, ClockWarned
from tests.sites import Story, site
from tests.stories import deposit

START = datetime.now(UTC) - timedelta(minutes=2)
DUE = START + timedelta(hours=1)
CLOCK = {"clock": "resolution", "level": 1}
WARNED = ClockWarned(**CLOCK, share=80, at=START, due_at=DUE)
BROKEN = ClockBreached(**CLOCK, due_at=DUE, detected_at=DUE)
MET = ClockMet(clock="other", level=1, elapsed_s=5, beside=({**CLOCK, "elapsed_s": 9},))


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


def story(steps=6):
    complaint = str(uuid.uuid4())
    return Story(complaint, START).tell(*deposit(complaint, START)[:steps])


async def numbers(pages):
    board = (await pages.http.get("/v1/board")).json()
    return {name: board[name] for name in ("open", "express", "at_risk", "late")}


@pytest.mark.parametrize(
    ("clocks", "at_risk", "late"),
    [
        ([], 0, 0),
        ([WARNED], 1, 0),
        ([WARNED, BROKEN], 0, 1),
        ([WARNED, MET], 0, 0),
        ([BROKEN, ClockStarted(**CLOCK, due_at=DUE)], 0, 0),
    ],
)
async def test_promises_at_risk_and_broken_are_counted_at_the_first_look(
    pages, clocks, at_risk, late
):
    await pages.put(story().tell(*((5.0, clock) for clock in clocks)))

    assert await numbers(pages) == {"open": 1, "express": 0, "at_risk": at_risk, "late": late}


async def test_they_are_counted_as_they_come_and_leave_with_the_case(pages):
    await pages.put(story())
    feed, now = Feed(pages.wiring), datetime.now(UTC)
    assert (await feed.view(now)).at_risk == 0

    later = story().tell((5.0, WARNED))
    await pages.put(later, age_s=0)
    assert (await feed.view(now + timedelta(seconds=3))).at_risk == 1

    await more(pages, later, (6.0, BROKEN))
    board = await feed.view(datetime.now(UTC) + timedelta(seconds=5))
    assert (board.at_risk, board.late, board.columns[3].late) == (0, 1, 1)

    await more(pages, later, (7.0, CaseClosed(level=1, outcome="upheld", reason="accepted")))
    board = await feed.view(datetime.now(UTC) + timedelta(seconds=8))
    assert (board.late, board.open) == (0, 1)


async def more(pages, told, *steps):
    """Keep what happened since, as seen behind all that was."""
    before = len(told.events)
    told.tell(*steps)
    told.events = told.events[before:]
    key = await pages.wiring.keyring.create(told.complaint)
    rows = told.rows(key, datetime.now(UTC) + timedelta(seconds=steps[0][0] - 5))
    await pages.wiring.database["notify_history"].insert_many(rows)


class Held:
    """The real rows, of which a count of everything waits for a sign."""

    def __init__(self, rows):
        self.rows, self.sign = rows, asyncio.Event()

    def __getattr__(self, name):
        return getattr(self.rows, name)

    async def aggregate(self, *arguments, **more):
        await self.sign.wait()
        return self.rows.aggregate(*arguments, **more)


async def test_whoever_looks_while_all_is_counted_anew_sees_the_numbers_of_before(pages):
    await pages.put(story())
    feed, now = Feed(pages.wiring), datetime.now(UTC)
    assert (await feed.view(now)).open == 1

    feed.rows = held = Held(feed.rows)
    await pages.put(story(), age_s=0)
    during = await feed.view(now + timedelta(hours=2))
    held.sign.set()
    await feed.counting
    after = await feed.view(now + timedelta(hours=2, seconds=2))

    assert (during.open, during.complete, after.open) == (2, True, 2)


async def test_a_first_count_that_takes_long_is_said_to_be_under_way(pages, monkeypatch):
    await pages.put(story())
    monkeypatch.setattr("services.notify.board.feed.FIRST_S", 0.0)
    feed, now = Feed(pages.wiring), datetime.now(UTC)

    first = await feed.view(now)
    await feed.counting

    assert (first.complete, first.open) == (False, 0)
    assert (await feed.view(now)).open == 1
