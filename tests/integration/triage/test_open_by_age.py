"""How old the open cases are, counted in indexes and nowhere else."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from prometheus_client import REGISTRY

from services.triage.figures import AGES, LOOK, OLDER, backlog, by_age, open_by_age
from services.triage.looking import OPEN_CASES
from services.triage.taking.waiting import QUEUE
from shared.events.triage import LeaseSubmitted
from shared.figures import OPEN
from shared.runner.ports import Document
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    admitted,
    classified,
    closed,
    decision,
    found,
    running,
    triage,
)

NOW = START + timedelta(hours=1)


async def stands(wiring, *aged):
    """Cases that were classified so many days ago are in the database, with the indexes."""
    store = wiring.stores["triage"]
    await store.prepare((OPEN_CASES, QUEUE))
    documents = []
    for case, days in aged:
        since = case.state.classified_at - timedelta(days=days)
        state = case.state.model_copy(update={"classified_at": since})
        documents.append(Document(str(uuid4()), state, rev=1))
    assert await store.write(documents) == set()


def waiting():
    """A case that nobody is free for."""
    case = classified()
    found(case, None)
    return case


def over():
    case = running()
    case.when(decision())
    return case


async def test_cases_in_work_and_in_the_queue_count_by_age(wiring):
    await stands(
        wiring, (running(), 0), (waiting(), 0), (running(), 2), (running(), 400), (over(), 2)
    )

    ages = await open_by_age(wiring.database["triage"], NOW)

    assert ages == {**dict.fromkeys(map(str, AGES), 0), "1": 2, "3": 1, OLDER: 1}


async def test_a_case_that_is_offered_to_somebody_counts_too(wiring):
    lent, withdrawn, settled_first = waiting(), classified(), triage()
    lent.when(LeaseSubmitted(staff="agent-asia-1", roles=("agent",)))
    lent.elapse(timedelta(minutes=15))
    withdrawn.when(closed())
    settled_first.when(closed())
    settled_first.when(admitted())
    await stands(wiring, (classified(), 0), (classified(), 2), (lent, 2), (withdrawn, 0))

    ages = await open_by_age(wiring.database["triage"], NOW)

    assert ages == {**dict.fromkeys(map(str, AGES), 0), "1": 1, "3": 2, OLDER: 0}
    assert settled_first.state.queue is None


async def test_no_case_is_read_to_be_counted(wiring):
    await stands(wiring, *((running(), days) for days in range(5)), (waiting(), 1), (over(), 1))

    for which, cases in (({OPEN_CASES[0]: True}, 5), ({QUEUE[0]: {"$gt": ""}}, 1)):
        asked = {"aggregate": "triage", "pipeline": by_age(which, NOW), "cursor": {}}
        told = await wiring.database.command("explain", asked, verbosity="executionStats")
        stats = (told.get("stages") or [{"$cursor": told}])[0]["$cursor"]["executionStats"]
        assert stats["totalDocsExamined"] == 0
        assert stats["totalKeysExamined"] <= cases + 1


async def test_the_server_is_told_what_the_count_is_for(wiring):
    await stands(wiring, (running(), 0), (waiting(), 0))
    await wiring.database.command({"profile": 2})

    await open_by_age(wiring.database["triage"], NOW)

    await wiring.database.command({"profile": 0})
    looks = {"ns": f"{wiring.database.name}.triage", "command.comment": LOOK}
    assert await wiring.database["system.profile"].count_documents(looks) == 2


async def test_a_count_that_failed_is_made_again_and_ends_nothing(wiring, capsys):
    broken = Wired({"triage": Failing(wiring.database["triage"])})
    await stands(wiring, (running(), 400))
    OPEN.labels(OLDER).set(0)

    async with backlog(broken, every_s=0.01):
        for _ in range(400):
            if REGISTRY.get_sample_value("redress_open_cases", {"age": OLDER}) == 1:
                break
            await asyncio.sleep(0.01)

    assert REGISTRY.get_sample_value("redress_open_cases", {"age": OLDER}) == 1
    assert "OverflowError" in capsys.readouterr().out


@dataclass
class Wired:
    database: dict


@dataclass
class Failing:
    """A collection whose first look fails in a way that nobody foresaw."""

    found: Any
    asked: int = 0

    def aggregate(self, *asked, **how):
        self.asked += 1
        if self.asked == 1:
            raise OverflowError
        return self.found.aggregate(*asked, **how)
