"""What every process checks before it fetches: nothing is read that could be lost."""

import base64
import importlib

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.errors import UsageError
from shared.pipeline import LANES, ROWS, SERVICES, STAGES
from shared.runner.consumer import DRAIN_S, LaneConsumer
from shared.runner.process import Process
from shared.runner.subscribing import SUBSCRIBING, check_subscribers, gathering
from shared.runner.wiring import wire
from shared.settings import Settings

TRIAGE = STAGES["triage"]
TOPICS = TRIAGE.sources("normal")
SETTINGS = Settings(master_key=base64.b64encode(bytes(32)).decode())


@pytest.fixture
async def wiring():
    made = wire(SETTINGS)
    yield made
    await made.http.aclose()
    made.client.close()


def subscribed(*topics, **changed):
    broker = KafkaBroker()
    broker.subscriber(*topics, group_id=TRIAGE.group("normal"), **{**SUBSCRIBING, **changed})
    return broker


async def test_every_service_reads_the_topics_of_the_table_and_gives_back_what_fails(wiring):
    services = [importlib.import_module(f"services.{name}.main").SERVICE for name in SERVICES]
    parts = [make(wiring) for service in services for make in service.parts]

    process = Process(wiring, parts, LANES)

    found = {one.group_id: set(one.topic_names) for one in process.broker.subscribers}
    assert found == {row.group(x): set(row.sources(x)) for row in ROWS for x in LANES}
    assert {one.ack_policy for one in process.broker.subscribers} == {AckPolicy.NACK_ON_ERROR}
    assert all(isinstance(consumer, LaneConsumer) for consumer in process.consumers)


def test_the_right_subscriber_passes():
    check_subscribers(subscribed(*reversed(TOPICS)), [TRIAGE], ["normal"])


def test_a_topic_that_the_framework_dropped_stops_the_process():
    with pytest.raises(UsageError, match="topics of the table"):
        check_subscribers(subscribed(TOPICS[0]), [TRIAGE], ["normal"])


def test_a_policy_that_acknowledges_what_failed_stops_the_process():
    broker = subscribed(*TOPICS, ack_policy=AckPolicy.ACK)
    with pytest.raises(UsageError, match="acknowledges"):
        check_subscribers(broker, [TRIAGE], ["normal"])


def test_a_consumer_drains_before_the_group_goes_on_without_it():
    assert SUBSCRIBING["rebalance_timeout_ms"] > DRAIN_S * 1000
    assert SUBSCRIBING["heartbeat_interval_ms"] * 3 <= SUBSCRIBING["session_timeout_ms"]


def test_a_consumer_that_waits_for_a_server_an_hour_long_stays_a_member():
    assert SUBSCRIBING["max_poll_interval_ms"] >= 3_600_000


def test_one_number_of_partition_goes_to_one_member_for_every_topic():
    (assignor,) = SUBSCRIBING["partition_assignment_strategy"]
    assert assignor.name == "range"


def test_a_new_group_begins_at_the_first_record():
    assert SUBSCRIBING["auto_offset_reset"] == "earliest"


def test_the_express_lane_never_gathers():
    waits = {row.name: gathering(row, "normal") for row in ROWS}

    assert {name for name, wait in waits.items() if wait} == {
        "investigation",
        "resolution",
        "notify",
    }
    assert not any(gathering(row, "express") for row in ROWS)
