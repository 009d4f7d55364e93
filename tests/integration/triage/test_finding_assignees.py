"""Who takes a case, by the open cases that really stand in the database."""

from collections import Counter
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from services.triage.work import work
from shared.errors import TransientError
from shared.runner.due import Claim
from shared.runner.ports import Document
from tests.unit.triage.stage_cases import appealed, classified, decision, found, running

SPEAK_ENGLISH = ["agent-asia-1", "agent-en-1", "agent-ru-1", "agent-zh-1"]  # of payments, level 1


async def stands(wiring, *cases):
    """These cases are in the database."""
    documents = [Document(str(uuid4()), case.state, rev=1) for case in cases]
    assert await wiring.stores["triage"].write(documents) == set()


async def assigned(wiring, *cases):
    """Whom one batch gives these cases to."""
    claims = [
        Claim(str(uuid4()), case.due(f"assign:{case.state.level}"), case.state, case.now)
        for case in cases
    ]
    return [result.assignee for result in await work(wiring)["find_assignee"](claims)]


async def test_a_batch_is_spread_over_those_who_fit(wiring):
    batch = [classified() for _ in range(8)]

    given = await assigned(wiring, *batch)

    assert Counter(given) == dict.fromkeys(SPEAK_ENGLISH, 2)


async def test_whoever_has_open_cases_gets_the_next_one_last(wiring):
    await stands(wiring, *(running(assignee=who) for who in SPEAK_ENGLISH if who != "agent-ru-1"))

    given = await assigned(wiring, *(classified() for _ in range(2)))

    assert given == ["agent-ru-1", "agent-asia-1"]


async def test_a_case_that_is_decided_is_no_load(wiring):
    finished = [running(assignee="agent-asia-1") for _ in range(3)]
    for case in finished:
        case.when(decision())
    await stands(wiring, *finished, running(assignee="agent-en-1"))

    given = await assigned(wiring, *(classified() for _ in range(4)))

    assert given == ["agent-asia-1", "agent-ru-1", "agent-zh-1", "agent-asia-1"]


async def test_the_answer_names_its_item_and_how_many_cases_there_are_now(wiring):
    await stands(wiring, *(running(assignee=who) for who in SPEAK_ENGLISH))
    case = classified()
    item = case.due("assign:1")

    (result,) = await work(wiring)["find_assignee"]([Claim("c", item, case.state, case.now)])

    assert (result.key, result.put_by, result.open_cases) == ("assign:1", item.event, 2)


async def test_an_appeal_is_never_heard_by_who_had_the_case_before(wiring):
    case = running(assignee="senior-1")
    case.when(appealed())
    await stands(wiring, *(running(assignee="senior-2") for _ in range(5)))

    first = await assigned(wiring, case)
    found(case, first[0], level=2)

    assert first == ["senior-2"]
    assert case.state.assignee == "senior-2"


async def test_while_the_database_is_away_nobody_is_chosen(wiring, nowhere):
    away = AsyncIOMotorClient(f"mongodb://{nowhere}", serverSelectionTimeoutMS=100)
    wiring.database = away["redress"]

    with pytest.raises(TransientError):
        await assigned(wiring, classified())

    away.close()
