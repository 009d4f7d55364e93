"""The hand-over: what a write makes ready goes to the worker once, while its lease is young."""

from datetime import timedelta

import pytest

from shared.decider import State
from shared.events.base import DueItem
from shared.runner.due import LEASE_S, QUEUED_S, lease_id
from shared.runner.handover import Handover, still_held, to_claim
from shared.runner.ports import Document
from shared.testing.memory import InMemoryStore
from shared.testing.scenario import COMPLAINT, START


class Clock:
    at = 0.0

    def __call__(self):
        return self.at


class Strange(InMemoryStore):
    """A store whose clock nobody has heard of yet."""

    def lease_end(self, _lease_s):
        return None


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def woken():
    return []


@pytest.fixture
def queue(clock, woken):
    return Handover(InMemoryStore(lambda: START), lambda: woken.append(1), clock)


def item(key, event="e1", **fields):
    return DueItem(key=key, kind="call", event=event, **{"at": START, **fields})


def document(*items, lane="normal"):
    return Document(COMPLAINT, State(due={x.key: x for x in items}, lane=lane), lane)


def keys(handed):
    return [each.pair[0].key for each in handed]


def leased(queue, before, *after):
    return keys(queue.lease(document(*after), {x.key: x for x in before}, START))


def test_a_new_item_is_leased_by_the_write_that_makes_it(queue):
    new = document(item("a"))

    [handed] = queue.lease(new, {}, START)

    lease, claim = handed.pair
    until = START + timedelta(seconds=LEASE_S)
    assert new.leasing == {lease_id("a", "e1"): until}
    assert (lease.complaint, lease.key, lease.attempts) == (COMPLAINT, "a", 0)
    assert (claim.item, claim.state, claim.now) == (new.state.due["a"], new.state, START)


def test_an_item_that_was_there_before_may_be_claimed_already_and_is_not_handed(queue):
    assert leased(queue, [item("a")], item("a"), item("b")) == ["b"]


def test_a_new_item_under_an_old_key_is_handed(queue):
    assert leased(queue, [item("a")], item("a", "e2")) == ["a"]


def test_an_item_whose_time_has_not_come_is_left_to_be_claimed(queue):
    assert leased(queue, [], item("a", at=START + timedelta(seconds=1))) == []


def test_an_item_is_handed_when_the_one_it_comes_after_is_gone_and_not_before(queue):
    first, second = item("a"), item("b", after="a")
    assert leased(queue, [], first, second) == ["a"]
    assert leased(queue, [first, second], second) == ["b"]
    assert leased(queue, [second], second) == []


def test_the_express_lane_is_always_claimed(queue):
    raised = document(item("a"), lane="express")
    assert queue.lease(raised, {}, START) == []
    assert raised.leasing == {}


def test_nothing_is_leased_before_the_stores_clock_is_known():
    new = document(item("a"))
    assert Handover(Strange(), lambda: None).lease(new, {}, START) == []
    assert new.leasing == {}


def test_what_finds_no_room_is_left_to_be_claimed():
    queue = Handover(InMemoryStore(lambda: START), lambda: None, most=1)
    queue.put(queue.lease(document(item("a")), {}, START))
    assert leased(queue, [], item("b")) == []


def test_items_come_in_order_as_many_as_asked_for_and_wake_the_worker(queue, woken):
    queue.put(queue.lease(document(*map(item, "abc")), {}, START))

    assert woken
    assert [lease.key for lease, _ in queue.take(2)] == ["a", "b"]
    assert [lease.key for lease, _ in queue.take(2)] == ["c"]
    assert queue.take(2) == []


def test_an_item_that_waited_too_long_for_the_worker_is_given_back(queue, clock):
    queue.put(queue.lease(document(item("a")), {}, START))
    clock.at = QUEUED_S + 1
    queue.put(queue.lease(document(item("b")), {}, START))

    assert [lease.key for lease in queue.stale()] == ["a"]
    assert [lease.key for lease, _ in queue.take(10)] == ["b"]
    assert queue.stale() == []


def test_the_wait_begins_with_the_lease_however_long_the_rest_of_its_batch_takes(queue, clock):
    handed = queue.lease(document(item("a")), {}, START)
    clock.at = LEASE_S + 1
    queue.put(handed)

    assert [lease.key for lease in queue.stale()] == ["a"]


def test_who_stops_leases_nothing_more_and_gives_everything_back(queue):
    queue.put(queue.lease(document(item("a")), {}, START))
    queue.closed = True

    assert leased(queue, [], item("b")) == []
    assert [lease.key for lease in queue.stale()] == ["a"]


def test_a_lease_that_somebody_holds_is_left_alone(queue):
    held = document(item("a"), item("b"))
    held.leased = {lease_id("a", "e1"): START}

    assert keys(queue.lease(held, {}, START)) == ["b"]
    assert set(held.leasing) == {lease_id("b", "e1")}


def test_what_a_write_in_doubt_has_leased_after_all_is_known_by_the_leases_end(queue):
    written = document(item("a"), item("b"))
    handed = queue.lease(written, {}, START)
    found = document(*written.state.due.values())
    rounded = handed[0].until.replace(microsecond=0)
    found.leased = {lease_id("a", "e1"): rounded, lease_id("b", "e1"): rounded + timedelta(1)}

    assert keys(still_held(found, handed)) == ["a"]
    assert still_held(document(item("a")), handed) == []


def test_a_document_is_looked_at_by_the_claim_only_for_work_that_nobody_does():
    held = document(item("a"), item("b", after="a"))
    held.leased = {lease_id("a", "e1"): START}
    assert not to_claim(held)
    assert to_claim(document(item("a")))
    assert not to_claim(document())
