"""More than there should be: bursts at the door, a slow stage, a bad mail server, a long life."""

import time
from datetime import UTC, datetime

import psutil
import pytest

from shared.events.intake import MessageSubmitted
from shared.events.personal import Personal
from shared.pipeline import SERVICES
from tests.bench.complaints import complaint_of
from tests.e2e.checker import lagging
from tests.e2e.evidence import offsets
from tests.faults.burst import Burst
from tests.faults.laid import put
from tests.faults.mill import found
from tests.faults.slow_post import BadPost

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
RIGHT = "tests.faults.one_process"
READY = (200, "")
UP_S = 60.0
MEGABYTE = 1024 * 1024
BURST, BURST_S = 4_000, 10.0  # ten times what the latency targets assume
MESSAGES = 10_000


async def started(mill, name, *services, **more):
    mill.start(name, RIGHT, *services, **more)
    assert await mill.answers(name, "readyz", READY, UP_S)


async def test_a_burst_at_the_door_is_taken_quickly_or_told_to_come_later(mill, report):
    with report.case("34", "ten times the usual rate at the door") as entry:
        await mill.lay(0)
        rest = [name for name in SERVICES if name != "intake"]
        await started(mill, "intake", "intake")
        await started(mill, "rest", *rest)
        pid = mill.supervisor.processes["intake"].pid
        burst = Burst(mill.ports.hold("intake"), BURST, BURST_S)
        await burst.run()
        rss = psutil.Process(pid).memory_info().rss / MEGABYTE
        said = found(await mill.at_rest(seconds=180))
        entry.complaints = burst.codes[202]
        figures = f"p99 {burst.p99:.3f} s, last {burst.late:.1f} s late, {rss:.0f} MB"
        print(f"burst: {dict(burst.codes)}, {figures}")  # noqa: T201 - the figure

        assert burst.codes.keys() <= {202, 429}
        assert burst.codes[202] >= 100
        assert burst.p99 < 0.5
        assert rss < 250
        assert said == []


async def test_a_slow_notify_does_not_slow_the_stages_before_it(mill, report):
    with report.case("35", "notify takes a second for each batch") as entry:
        ids = await mill.lay(100)
        mill.arm("notify.slow")
        await started(mill, "notify", "notify", env={"REDRESS_BATCH": "5"})
        at = time.monotonic()
        await started(mill, "rest", *[name for name in SERVICES if name != "notify"])
        resolved = await mill.until(lambda: decided(mill) == len(ids), 60)
        took = time.monotonic() - at
        behind = {said.split(":")[0] for said in lagging(await offsets(mill.servers.kafka))}
        (mill.failpoints / "notify.slow").unlink()
        entry.complaints, entry.violations = len(ids), found(await mill.at_rest(ids), ids)
        print(f"slow notify: the others were done after {took:.1f} s")  # noqa: T201 - the figure

        assert resolved
        assert "redress-notify" in behind
        assert entry.violations == []


def decided(mill):
    """How many complaints have a decision, as resolution has it."""
    return mill.client["redress"]["resolution"].count_documents(
        {"state.decisions.0": {"$exists": 1}}
    )


async def test_a_mail_server_with_bad_days_gets_each_mail_again_under_one_key(mill, report):
    with report.case("36", "the mail server hangs, says later, cuts after it took a mail") as entry:
        post = BadPost(moods=["hang", "later", "cut"])
        port = await post.start()
        ids = await mill.lay(1)
        outside = {"FAULTS_OUTSIDE": "notify", "REDRESS_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        await started(mill, "one", env=outside)
        said = found(await mill.at_rest(ids), ids)
        done = await mill.until(lambda: not on_their_way(mill, ids[0]), 90)
        post.stop()
        entry.complaints, entry.violations = 1, said

        assert done
        assert {mood for _, mood in post.met} == {"hang", "later", "cut", "well"}
        for key in keys(post):
            assert post.of(key)[-1] == "well"
            assert post.of(key).count("well") == 1
        assert said == []


def keys(post):
    return {key for key, _ in post.met}


def on_their_way(mill, complaint):
    """The letters that no mail server has taken yet."""
    return mill.document("notify", complaint)["state"]["letters"]


async def test_a_complaint_with_10000_messages_is_read_to_the_end(mill, report):
    with report.case("33", f"a complaint with {MESSAGES:,} messages") as entry:
        ids = await mill.lay(2)
        message = [
            MessageSubmitted(text=Personal(f"Message {n}."), received_at=datetime.now(UTC))
            for n in range(MESSAGES)
        ]
        await put(mill.settings, "intake", [(complaint_of(0), one) for one in message])
        await started(mill, "one")
        at = time.monotonic()
        evidence = await mill.at_rest(ids, seconds=300)
        entry.complaints, entry.violations = len(ids), found(evidence, ids)
        document = mill.document("intake", ids[0])
        size = len(str(document))
        print(f"{MESSAGES} messages: {time.monotonic() - at:.0f} s, {size:,} characters")  # noqa: T201

        assert document["state"]["sequence"] >= MESSAGES
        assert size < 1_000_000
        assert entry.violations == []
