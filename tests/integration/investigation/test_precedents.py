"""What other cases got, over a real MongoDB: the newest of one finding, by an index alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.investigation.main import parts
from services.investigation.precedents import MOST_READ
from services.investigation.state import InvestigationState
from services.investigation.state.case import Stands
from services.investigation.work import work
from shared.runner.due import Claim
from shared.runner.ports import Document
from shared.runner.wiring import open_door
from tests.unit.investigation.stage_cases import admitted, assigned, investigation, names

ABOUT = "product_suggestion|suggestion|product_note"
NOTED, FIXED = "upheld|product_note", "upheld|fix"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
async def keeping(wiring):
    """A function that keeps cases that stand for an answer, by the stage's own indexes."""
    own = parts(wiring)
    open_door(wiring, own)
    store = wiring.stores["investigation"]
    await store.prepare(own.indexes)

    async def keep(answer, cases=1, about=ABOUT, at=NOW, id_=None):
        stands = Stands(about=about, answer=answer, at=at)
        state = InvestigationState(stands=stands, level=1, sequence=1)
        documents = [Document(id_ or str(uuid4()), state, rev=1) for _ in range(cases)]
        assert await store.write(documents) == set()

    return keep


async def looked(wiring, complaint="own"):
    """What follows from the look of a playbook's draft at the other cases."""
    case = investigation()
    case.when(assigned(category="product_suggestion"))
    case.when(admitted())
    (item,) = case.state.due.values()
    (result,) = await work(wiring)["precedent"]([Claim(complaint, item, case.state, case.now)])
    return result.practice, case.when(result)


async def test_what_others_with_the_same_finding_got_is_counted(wiring, keeping):
    await keeping(NOTED, 3)
    await keeping(FIXED, 2)
    await keeping(FIXED, 9, about="api|suggestion|product_note")

    practice, events = await looked(wiring)

    assert [(one.answer, one.cases) for one in practice] == [(NOTED, 3), (FIXED, 2)]
    assert names(events) == ["RemedyProposed"]


async def test_another_answer_than_the_others_got_goes_to_a_person(wiring, keeping):
    await keeping(FIXED)

    _, events = await looked(wiring)

    assert [event.reason for event in events] == ["precedent-reason-missing"]


async def test_a_case_is_no_precedent_for_itself(wiring, keeping):
    await keeping(FIXED, id_="own")

    practice, events = await looked(wiring)

    assert (practice, names(events)) == ((), ["RemedyProposed"])


async def test_what_was_usual_long_ago_is_outnumbered_and_no_document_is_read(wiring, keeping):
    await keeping(FIXED, 2 * MOST_READ, at=NOW - timedelta(days=400))
    await keeping(NOTED, MOST_READ)

    practice, _ = await looked(wiring)
    query = {"find": "investigation", "filter": {"state.stands.about": ABOUT}}
    query |= {"sort": {"state.stands.at": -1}, "limit": MOST_READ}
    query |= {"projection": {"state.stands.answer": 1}}
    told = await wiring.database.command("explain", query, verbosity="executionStats")

    assert [(one.answer, one.cases) for one in practice] == [(NOTED, MOST_READ)]
    assert told["executionStats"]["totalDocsExamined"] == 0
    assert told["executionStats"]["totalKeysExamined"] <= MOST_READ
