"""Members come, go, hang and stop: partitions change hands, and nothing is lost or done twice."""

import asyncio
import time

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, RecordsToDelete
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.protocol.admin import DeleteGroupsRequest

from shared.pipeline import ROWS, STAGES
from tests.faults.mill import Mill, found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
READY = (200, "")
UP_S = 60.0
STORM_S = 60.0
TURN_S = 0.7
RIGHT = "tests.faults.one_process"


@pytest.fixture
def admin(mill):
    """Runs one call of Kafka's admin client."""

    async def call(work):
        client = AIOKafkaAdminClient(bootstrap_servers=mill.servers.kafka)
        await client.start()
        try:
            return await work(client)
        finally:
            await client.close()

    return call


async def started(mill, name="one", **more):
    mill.start(name, RIGHT, **more)
    assert await mill.answers(name, "readyz", READY, UP_S)


async def guest(kafka, row, seconds):
    """A member that takes its partitions, does nothing with them, and leaves."""
    consumer = AIOKafkaConsumer(
        *row.sources("normal"),
        bootstrap_servers=kafka,
        group_id=row.group("normal"),
        enable_auto_commit=False,
        partition_assignment_strategy=(RangePartitionAssignor,),
    )
    try:
        async with asyncio.timeout(seconds):
            await consumer.start()
            await asyncio.sleep(seconds)
    except TimeoutError:
        pass
    finally:
        await consumer.stop()


async def storm(kafka, until):
    """Guests of every group, one after the other; how many came."""
    count = 0
    while time.monotonic() < until:
        row = ROWS[count % len(ROWS)]
        await guest(kafka, row, TURN_S)
        count += 1
    return count


async def test_a_storm_of_rebalances_loses_nothing_and_doubles_nothing(mill, report):
    with report.case("27", "members join and leave for a minute") as entry:
        ids = await mill.lay(20)
        await started(mill)
        mill.start("two", RIGHT)
        storming = asyncio.create_task(storm(mill.servers.kafka, time.monotonic() + STORM_S))
        for first in range(20, 200, 20):
            ids += await mill.lay(20, first=first)
            await asyncio.sleep(STORM_S / 10)
        guests = await storming
        entry.complaints, entry.violations = len(ids), found(await mill.at_rest(ids), ids)

        assert guests >= STORM_S / TURN_S / 4
        assert mill.log("one").count("partitions assigned") > guests / 2
        assert entry.violations == []


async def test_members_without_a_partition_are_healthy(tmp_path, report):
    with report.case("28", "more members than partitions") as entry, Mill(tmp_path, 1) as mill:
        ids = await mill.lay(12)
        await started(mill)
        await started(mill, "two")
        entry.complaints, entry.violations = len(ids), found(await mill.at_rest(ids), ids)
        probes = [await mill.probe(n, p) for n in ("one", "two") for p in ("livez", "readyz")]
        deaths = [len(mill.supervisor.processes[name].deaths) for name in ("one", "two")]

        assert probes == [READY] * 4
        assert deaths == [0, 0]
        assert entry.violations == []


async def test_every_stage_stops_within_a_minute_of_a_new_partition_and_says_why(
    mill, admin, report
):
    with report.case("29", "a topic got a partition by mistake") as entry:
        await mill.lay(4)
        await started(mill)
        topic = STAGES["triage"].topic("events")
        await admin(lambda client: client.create_partitions({topic: NewPartitions(7)}))
        entry.complaints = 4
        stopped = await mill.answers("one", "readyz", (503, "partitions_changed"), 75)

        assert stopped
        assert topic in mill.log("one")
        assert await mill.probe("one", "livez") == READY


async def test_lost_offsets_and_a_truncated_topic_change_nothing_and_work_goes_on(
    mill, admin, report
):
    with report.case("30", "the group's offsets are gone, a topic is cut off") as entry:
        ids = await mill.lay(12)
        await started(mill)
        before = await mill.at_rest(ids)
        mill.supervisor.stop(["one"])
        row = STAGES["notify"]
        await admin(lambda client: _forget(client, row.group("normal")))
        cut = {
            TopicPartition(*place): RecordsToDelete(end // 2)
            for place, end in before.ends.items()
            if place[0] == STAGES["triage"].topic("events") and end
        }
        await admin(lambda client: client.delete_records(cut))
        await started(mill, "two")
        after = await mill.at_rest()
        ids += await mill.lay(4, first=50)
        last = await mill.at_rest(ids)
        entry.complaints = len(ids)

        assert after.committed[row.group("normal")] == before.committed[row.group("normal")]
        assert {s: _halves(d) for s, d in after.documents.items()} == {
            s: _halves(d) for s, d in before.documents.items()
        }
        assert [s for s in found(last, ids) if ids[-1] in s or "stands at" in s] == []


def _halves(documents):
    return {id_: (d["state"], d["run"]["seen"], d["run"]["ids"]) for id_, d in documents.items()}


async def _forget(client, group):
    node = await client.find_coordinator(group)
    answer = await client._send_request_to_node(node, DeleteGroupsRequest([group]))  # noqa: SLF001 - the client has no call for it
    assert answer.results == [(group, 0)]


@pytest.mark.parametrize(
    ("part", "reason"),
    [("coordinator", "coordinator_dead"), ("metadata", "consumer_metadata_dead")],
)
async def test_a_process_whose_library_died_ends_itself_and_is_started_again(
    mill, report, part, reason
):
    with report.case("41", f"the {part} of a consumer is dead, the process alive") as entry:
        ids = await mill.lay(6)
        await started(mill)
        mill.arm(f"triage.{part}")
        ids += await mill.lay(6, first=50)
        process = mill.supervisor.processes["one"]
        died = await mill.until(lambda: len(process.deaths) == 1, 60)
        entry.complaints, entry.violations = len(ids), found(await mill.at_rest(ids), ids)

        assert died
        assert f'"reason":"{reason}"' in mill.log("one")
        assert entry.violations == []


async def test_a_process_whose_library_hangs_on_stop_ends_in_time_with_code_0(mill, report):
    with report.case("9", "a library hangs on stop"):
        ids = await mill.lay(6)
        await started(mill, env={"FAULTS_STOP_S": "3"})
        await mill.at_rest(ids)
        mill.arm("stop.hang")
        child = mill.supervisor.processes["one"].child
        at = time.monotonic()
        await asyncio.to_thread(mill.supervisor.stop, ["one"])
        took = time.monotonic() - at

        assert child.returncode == 0
        assert 3 <= took < 10
        assert "stopped the hard way" in mill.log("one")


@pytest.mark.parametrize("server", ["kafka", "mongo"])
async def test_a_process_is_alive_but_not_ready_while_a_server_is_away(mill, report, server):
    with report.case("10", f"probes while {server} is away"):
        ids = await mill.lay(6)
        await started(mill)
        await asyncio.to_thread(mill.servers.kill, server)
        unready = await mill.answers("one", "readyz", (503, "server_away"), 40)
        alive = await mill.probe("one", "livez")
        await asyncio.to_thread(mill.servers.revive, server)
        ready = await mill.answers("one", "readyz", READY, UP_S)
        said = found(await mill.at_rest(ids), ids)

        assert (unready, alive, ready) == (True, READY, True)
        assert len(mill.supervisor.processes["one"].deaths) == 0
        assert said == []
