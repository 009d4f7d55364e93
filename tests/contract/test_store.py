"""One suite, every store: memory, MongoDB by Motor, MongoDB by PyMongo's async client."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.decider import State
from shared.events.base import DueItem
from shared.reference import reference_of
from shared.runner.due import lease_id
from shared.runner.mongo import MongoStore, connect, disconnect
from shared.runner.ports import Document, Output, PoisonDocumentsError, Row, Trigger, Waiting
from shared.settings import Settings
from shared.testing.memory import InMemoryStore

PAST = datetime(2026, 1, 1, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
BOTH = ("express", "normal")


class Case(State):
    note: str = ""
    number: int = 0


@pytest.fixture(params=["memory", "motor", "pymongo"])
async def store(request, addresses):
    if request.param == "memory":
        yield InMemoryStore()
        return
    settings = Settings(mongo=addresses.mongo, mongo_driver=request.param)
    client = connect(settings)
    database = f"test_{uuid.uuid4().hex}"
    made = MongoStore(client[database], "case")
    await made.prepare()
    yield made
    await client.drop_database(database)
    await disconnect(client)


def document(note="", due=(), **fields):
    items = {item.key: item for item in due}
    return Document(str(uuid.uuid4()), Case(note=note, due=items), rev=1, **fields)


def item(key, at=PAST, event="e1", **fields):
    return DueItem(key=key, kind="timer", at=at, event=event, **fields)


async def test_a_complaint_is_found_by_its_reference(store):
    named, other = document(), document()
    await store.write([named, other])
    changed = Document(named.id, Case(note="changed"), rev=2)
    await store.write([changed])

    assert await store.by_reference(reference_of(named.id)) == named.id
    assert await store.by_reference(reference_of(str(uuid.uuid4()))) is None


async def test_a_new_document_comes_back_as_it_was_written(store):
    trigger = Trigger("g", "t", 2, 7)
    written = document(
        "hello",
        seen={"intake": {"normal": 3}},
        ids=["a"],
        outputs=[Output(1, "topic", b"bytes", trigger)],
        prevhash="ff",
        parked="rule",
        waiting=[Waiting("t", 1, 2, b"v")],
    )

    assert await store.write([written]) == set()

    found = (await store.find([written.id]))[written.id]
    assert Case.model_validate(found.state) == written.state
    assert (found.rev, found.seen, found.ids, found.prevhash) == (
        1,
        {"intake": {"normal": 3}},
        ["a"],
        "ff",
    )
    assert found.outputs == written.outputs
    assert (found.parked, found.waiting) == ("rule", written.waiting)


async def test_a_second_insert_is_in_doubt_and_changes_nothing(store):
    first = document("first")
    await store.write([first])
    second = Document(first.id, Case(note="second"), rev=1)
    other = document("other")

    assert await store.write([second, other]) == {first.id}

    found = await store.find([first.id, other.id])
    assert found[first.id].state["note"] == "first"
    assert found[other.id].state["note"] == "other"


async def test_a_write_on_an_old_revision_is_in_doubt(store):
    first = document("first")
    await store.write([first])
    assert await store.write([Document(first.id, Case(note="second"), rev=2)]) == set()

    lost = await store.write([Document(first.id, Case(note="late"), rev=2)])

    assert lost == {first.id}
    assert (await store.find([first.id]))[first.id].state["note"] == "second"


async def test_a_document_that_bson_cannot_hold_is_named_and_nothing_is_written(store):
    good, bad = document("good"), document()
    bad.state = Case(number=2**63)

    with pytest.raises(PoisonDocumentsError) as caught:
        await store.write([good, bad])

    assert set(caught.value.slugs) == {bad.id}
    assert await store.find([good.id]) == {}


async def test_history_rows_are_inserted_once(store):
    row = Row("c|intake|1", {"type": "x", "value": b"1"})
    await store.append([row])
    await store.append([Row("c|intake|1", {"type": "y", "value": b"2"}), Row("c|intake|2", {})])

    if isinstance(store, InMemoryStore):
        assert store.history["c|intake|1"] == row
        assert len(store.history) == 2
    else:
        assert (await store.history.find_one({"_id": "c|intake|1"}))["type"] == "x"
        assert await store.history.count_documents({}) == 2


async def test_waiting_records_keep_their_order_and_are_unique(store):
    first, second = Waiting("t", 0, 5, b"a"), Waiting("u", 0, 1, b"b")
    await store.spill("c", [first, second])
    await store.spill("c", [first])

    assert await store.spilled("c") == [first, second]

    await store.unspill("c", [first])
    assert await store.spilled("c") == [second]


async def test_what_waits_on_another_pile_is_not_found(store):
    first, second = Waiting("t", 0, 5, b"a"), Waiting("u", 0, 1, b"b")
    await store.spill("c|lost", [second])
    await store.spill("c|kept", [first, second])

    assert await store.spilled("c|kept") == [first, second]


async def test_due_items_are_claimed_once_and_future_ones_not_at_all(store):
    due = document(due=[item("now"), item("later", FUTURE)])
    await store.write([due])

    first = await store.claim(10, 30, BOTH)
    second = await store.claim(10, 30, BOTH)

    assert [(lease.complaint, lease.key, lease.attempts) for lease in first] == [(due.id, "now", 0)]
    assert second == []


async def test_an_item_waits_for_the_one_it_comes_after(store):
    due = document(due=[item("first", FUTURE), item("second", after="first")])
    await store.write([due])

    assert await store.claim(10, 30, BOTH) == []


async def test_express_is_claimed_before_normal(store):
    normal, express = document(due=[item("n")]), document(due=[item("e")], lane="express")
    await store.write([normal, express])

    assert [lease.key for lease in await store.claim(1, 30, BOTH)][:1] == ["e"]
    assert [lease.key for lease in await store.claim(9, 30, ("express",))] == []


async def test_a_released_item_comes_back_after_its_wait_with_its_attempts(store):
    await store.write([document(due=[item("now")])])
    [lease] = await store.claim(10, 30, BOTH)

    await store.release([lease], {lease: 0.2})

    assert await store.claim(10, 30, BOTH) == []
    await asyncio.sleep(0.3)
    assert [again.attempts for again in await store.claim(10, 30, BOTH)] == [1]


async def test_a_lease_that_ran_out_cannot_give_back_what_another_worker_claimed(store):
    await store.write([document(due=[item("now")])])
    [late] = await store.claim(10, 0.2, BOTH)
    await asyncio.sleep(0.3)
    [current] = await store.claim(10, 30, BOTH)

    await store.release([late], {late: 0.0})
    assert await store.claim(10, 30, BOTH) == []

    await store.release([current], {current: 0.0})
    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["now"]


async def test_a_lease_that_ran_out_is_claimed_again(store):
    await store.write([document(due=[item("now")])])
    await store.claim(10, 0.2, BOTH)
    await asyncio.sleep(0.3)

    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["now"]


async def test_a_write_between_keeps_the_lease_and_lets_new_items_through(store):
    first = document(due=[item("old")])
    await store.write([first])
    await store.claim(10, 30, BOTH)
    found = (await store.find([first.id]))[first.id]
    found.rev, found.state = 2, Case(due={"old": item("old"), "new": item("new")})

    assert await store.write([found]) == set()

    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["new"]


async def test_a_new_item_under_an_old_key_is_not_held_by_the_old_lease(store):
    first = document(due=[item("key")])
    await store.write([first])
    await store.claim(10, 30, BOTH)
    found = (await store.find([first.id]))[first.id]
    found.rev, found.state = 2, Case(due={"key": item("key", event="e2")})
    await store.write([found])

    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["key"]


async def test_two_workers_never_claim_the_same_item(store):
    await store.write([document(due=[item(f"k{n}") for n in range(3)]) for _ in range(20)])

    claims = await asyncio.gather(*(store.claim(100, 30, BOTH) for _ in range(4)))

    names = [(lease.complaint, lease.key) for claim in claims for lease in claim]
    assert len(names) == len(set(names))
    assert datetime.now(UTC) - PAST > timedelta(0)


async def test_a_write_that_leases_its_new_item_keeps_it_from_the_claim_until_the_lease_ends(store):
    new = document(due=[item("handed"), item("left")])
    new.leasing = {lease_id("handed", "e1"): datetime.now(UTC) + timedelta(seconds=1)}
    assert await store.write([new]) == set()

    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["left"]
    await asyncio.sleep(1.2)
    assert [(x.key, x.attempts) for x in await store.claim(10, 30, BOTH)] == [("handed", 1)]


async def test_a_later_write_leases_its_new_item_and_keeps_the_lease_of_the_old_one(store):
    first = document(due=[item("old")])
    await store.write([first])
    await store.claim(10, 30, BOTH)
    found = (await store.find([first.id]))[first.id]
    found.rev, found.state = 2, Case(due={"old": item("old"), "new": item("new", event="e2")})
    found.leasing = {lease_id("new", "e2"): FUTURE}
    await store.write([found])

    assert await store.claim(10, 30, BOTH) == []


async def test_a_write_that_lost_its_race_leases_nothing(store):
    first = document(due=[item("now")])
    await store.write([first])
    late = Document(first.id, Case(due={"now": item("now")}), rev=1)
    late.leasing = {lease_id("now", "e1"): FUTURE}

    assert await store.write([late]) == {first.id}

    assert [lease.key for lease in await store.claim(10, 30, BOTH)] == ["now"]


async def test_a_lease_ends_on_the_stores_own_clock_in_a_zone_of_its_own(store):
    before = datetime.now(UTC)
    until = store.lease_end(30)

    assert until.utcoffset() == timedelta(0)
    assert abs(until - before - timedelta(seconds=30)) < timedelta(seconds=10)


async def test_the_leases_of_items_that_are_gone_are_forgotten_with_the_next_write(store):
    first = document(due=[item("gone"), item("stays")])
    await store.write([first])
    await store.claim(10, 30, BOTH)
    found = (await store.find([first.id]))[first.id]
    assert set(found.leased) == {lease_id("gone", "e1"), lease_id("stays", "e1")}
    found.rev, found.state = 2, Case(due={"stays": item("stays")})
    await store.write([found])

    assert set((await store.find([first.id]))[first.id].leased) == {lease_id("stays", "e1")}
