"""How old the open cases are, counted in indexes and nowhere else."""

from datetime import timedelta
from uuid import uuid4

from services.triage.figures import AGES, OLDER, by_age, open_by_age
from services.triage.looking import OPEN_CASES
from services.triage.taking.waiting import QUEUE
from shared.runner.ports import Document
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import classified, decision, found, running

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


async def test_no_case_is_read_to_be_counted(wiring):
    await stands(wiring, *((running(), days) for days in range(5)), (waiting(), 1), (over(), 1))

    for which, cases in (({OPEN_CASES[0]: True}, 5), ({QUEUE[0]: {"$gt": ""}}, 1)):
        asked = {"aggregate": "triage", "pipeline": by_age(which, NOW), "cursor": {}}
        told = await wiring.database.command("explain", asked, verbosity="executionStats")
        stats = (told.get("stages") or [{"$cursor": told}])[0]["$cursor"]["executionStats"]
        assert stats["totalDocsExamined"] == 0
        assert stats["totalKeysExamined"] <= cases + 1
