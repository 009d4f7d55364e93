"""A consumer that Kafka no longer answers says so; one that works or was stopped does not."""

import asyncio
import base64
import importlib
import inspect
import time
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition, client
from aiokafka.consumer import consumer as library_consumer
from aiokafka.consumer import fetcher, group_coordinator
from aiokafka.producer import producer, sender

from shared.runner.consumer import LONGEST_REBALANCE_S
from shared.runner.library import RESTARTS, TASKS, dead_task
from shared.runner.process import Process
from shared.runner.wiring import wire
from shared.settings import Settings

SETTINGS = Settings(master_key=base64.b64encode(bytes(32)).decode())
PLACE = TopicPartition("complaints.triage.inputs", 0)
LONG_S = 16.0


class Subscription:
    """Stands where the framework's subscriber does: when it last had an answer is the test's."""

    def __init__(self, answered_s):
        self.consumer, self.tasks = self, ()
        self.answered_s = answered_s

    def last_poll_timestamp(self, _):
        return (time.time() - self.answered_s) * 1000


@pytest.fixture
async def consumer():
    """Triage's, with one partition for longer than any answer takes."""
    wiring = wire(SETTINGS)
    service = importlib.import_module("services.triage.main").SERVICE
    (found,) = Process(wiring, [make(wiring) for make in service.parts], ["normal"]).consumers
    found.subscriber = Subscription(0.5)
    await found.on_partitions_assigned({PLACE})
    found.idle_since -= LONG_S
    yield found
    await wiring.http.aclose()
    wiring.client.close()


async def test_one_that_gets_empty_answers_lives(consumer):
    assert consumer.stuck() is None


async def test_one_whose_fetches_are_not_answered_is_stuck(consumer):
    consumer.subscriber.answered_s = LONG_S

    assert consumer.stuck() == "fetch_hangs"


async def test_one_that_works_is_not_stuck_however_old_the_last_answer(consumer):
    consumer.subscriber.answered_s = LONG_S
    consumer.busy_since = time.monotonic()

    assert consumer.stuck() is None


async def test_one_that_has_just_been_given_its_partitions_has_time(consumer):
    consumer.subscriber.answered_s = LONG_S
    await consumer.on_partitions_assigned({PLACE})

    assert consumer.stuck() is None


async def test_one_that_was_stopped_for_a_bad_deploy_is_left_alone(consumer):
    consumer.subscriber.answered_s = LONG_S
    consumer.failed = "bad_deploy"

    assert consumer.stuck() is None


async def test_one_whose_commits_are_not_answered_is_stuck_until_it_joins_again(consumer):
    consumer.commit_hangs_since = time.monotonic() - LONG_S

    assert consumer.stuck() == "commit_hangs"
    await consumer.on_partitions_assigned({PLACE})
    assert consumer.stuck() is None


async def test_a_rebalance_that_never_ends_is_stuck(consumer):
    await consumer.on_partitions_revoked({PLACE})
    assert consumer.stuck() is None

    consumer.revoked_at -= LONGEST_REBALANCE_S
    assert consumer.stuck() == "rebalance_hangs"
    await consumer.on_partitions_assigned(set())
    assert consumer.stuck() is None


@pytest.mark.parametrize("reason", TASKS)
async def test_a_task_of_the_library_that_ended_is_named(reason):
    part, name = TASKS[reason]
    task = asyncio.create_task(asyncio.sleep(0))
    library = SimpleNamespace(**{part: SimpleNamespace(**{name: task})})

    assert dead_task(library) is None
    await task
    assert dead_task(library) == reason


async def test_a_loop_that_is_started_again_and_again_has_ended(consumer):
    running = asyncio.create_task(asyncio.sleep(30))
    ended = [asyncio.create_task(asyncio.sleep(0)) for _ in range(RESTARTS)]
    await asyncio.gather(*ended)

    consumer.subscriber.tasks = [*ended[1:], running]
    assert consumer.stuck() is None
    consumer.subscriber.tasks = [*ended, running]
    assert consumer.stuck() == "loop_ended"
    consumer.subscriber.tasks = ended[:1]
    assert consumer.stuck() == "loop_ended"
    running.cancel()


def test_the_library_still_has_those_tasks_under_those_names():
    modules = (client, library_consumer, fetcher, group_coordinator, producer, sender)
    source = "".join(inspect.getsource(module) for module in modules)

    for part, name in TASKS.values():
        assert f"self.{part} = " in source
        assert f"self.{name} = create_task(" in source


@pytest.fixture
async def process():
    wiring = wire(SETTINGS)
    service = importlib.import_module("services.triage.main").SERVICE
    yield Process(wiring, [make(wiring) for make in service.parts], ["normal"])
    await wiring.http.aclose()
    wiring.client.close()


async def test_a_door_is_open_while_a_server_is_away(process):
    process.well_since = float("inf")

    assert (process.unready(), process.closed()) == ("starting", None)


async def test_a_door_closes_for_a_bad_deploy(process):
    process.consumers[0].failed = "bad_deploy"

    assert process.closed() == "bad_deploy"


async def test_a_door_closes_before_the_process_ends(process):
    process.stopping = True

    assert process.closed() == "stopping"
