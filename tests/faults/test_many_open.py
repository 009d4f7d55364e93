"""A long queue of open complaints: no look of a service reads it whole."""

import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from services.triage.figures import LOOK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
RIGHT = "tests.faults.one_process"
READY = (200, "")
OPEN, MORE = 200_000, 40
FRONT = ("intake", "verification", "triage")
READ_AT_MOST = 5_000  # by one look: a full batch and what assigning counts, never the queue
UP_S, DECIDED_S = 60.0, 120.0
MEGABYTE = 1024 * 1024


async def test_200000_open_complaints_slow_no_look_and_are_never_read_whole(mill, report):
    with report.case("34", f"{OPEN:,} complaints are open") as entry:
        first, *_ = await mill.lay(1)
        mill.start("front", RIGHT, "intake", "triage")
        assert await mill.until(lambda: assigned(mill, first), UP_S)
        mill.supervisor.stop(["front"])
        multiply(mill, first)
        watch(mill)
        ids = await mill.lay(MORE, first=1)
        at = time.monotonic()
        process = mill.start(
            "one", RIGHT, env={"FAULTS_OUTSIDE": "triage"}
        )  # assigns by the database
        done = await mill.until(lambda: decided(mill) == len(ids) + 1, DECIDED_S)
        took = time.monotonic() - at
        rss = psutil.Process(process.pid).memory_info().rss / MEGABYTE
        entry.complaints = OPEN + MORE
        entry.violations = long_looks(mill)
        print(f"{OPEN} open: {MORE} more decided in {took:.1f} s, {rss:.0f} MB")  # noqa: T201 - the figure

        assert done
        assert entry.violations == []
        assert rss < 400  # all five services in one process


def assigned(mill, complaint):
    return mill.document("triage", complaint).get("state", {}).get("assignee")


def decided(mill):
    found = {"state.decisions.0": {"$exists": 1}}
    return mill.client["redress"]["resolution"].count_documents(found)


def multiply(mill, complaint):
    """As many open complaints as one that triage has assigned, due tomorrow."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for stage in FRONT:
        mill.client["redress"][stage].aggregate(
            [
                {"$match": {"_id": complaint}},
                {"$set": {"number": {"$range": [0, OPEN]}}},
                {"$unwind": "$number"},
                {
                    "$set": {
                        "_id": {"$concat": ["open-", {"$toString": "$number"}]},
                        "state.reference": {"$concat": ["R-", {"$toString": "$number"}]},
                        "run.due_at": tomorrow,
                    }
                },
                {"$unset": "number"},
                {"$merge": {"into": stage, "whenMatched": "fail"}},
            ]
        )


def watch(mill):
    """From now on the server notes every look that reads more than it should."""
    read = {"$or": [{name: {"$gt": READ_AT_MOST}} for name in ("docsExamined", "keysExamined")]}
    mill.client["redress"].command({"profile": 1, "slowms": 0, "filter": read})


def long_looks(mill):
    """What the services read too much of, as sentences."""
    mill.client["redress"].command({"profile": 0})
    # The gauge of open cases counts the whole queue, but once a minute and in an index alone.
    others = {"appName": {"$ne": "test"}, "command.comment": {"$ne": LOOK}}
    looks = mill.client["redress"]["system.profile"].find(others)
    return [
        f"{look['ns']}: {look.get('planSummary')} read {look.get('docsExamined')} documents, "
        f"{look.get('keysExamined')} keys"
        for look in looks
    ]
