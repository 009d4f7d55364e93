"""Looks at the other cases go by their indexes and stop at their numbers, however many are open."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.triage import looking
from services.triage.main import parts
from services.triage.rules.assign import PEOPLE
from services.triage.taking.waiting import MOST_OFFERED, waiting
from shared.policy import MOST_OF_CUSTOMER
from shared.runner.ports import Document
from tests.unit.triage.stage_cases import MISSING, running

OPEN = 6_000
THING = {"asset": "BTC", "network": "bitcoin"}
KEY = "deposit_withdrawal|BTC|bitcoin"
SENIOR = next(person for person in PEOPLE if person.id == "senior-1")


@pytest.fixture
async def crowded(wiring):
    """Thousands of cases of one customer about one thing, all assigned to one and waiting."""
    await wiring.stores["triage"].prepare(parts(wiring).indexes)
    state = running(MISSING, assignee="agent-zh-1", **THING).state
    state = state.model_copy(update={"queue": "payments:1"})
    documents = [Document(str(uuid4()), state, rev=1) for _ in range(OPEN)]
    assert await wiring.stores["triage"].write(documents) == set()
    await wiring.database.command({"profile": 2})
    return wiring


async def looked(wiring):
    """What the server noted of the looks so far."""
    await wiring.database.command({"profile": 0})
    found = wiring.database["system.profile"].find({"ns": {"$regex": r"\.triage$"}})
    return await found.to_list(None)


async def test_no_look_reads_the_queue(crowded):
    cases, since = crowded.database["triage"], running().now - timedelta(days=1)

    load = await looking.open_cases(cases)
    known = await looking.of_customers(cases, {"u1", "u2"}, since)
    alike = await looking.alike(cases, {KEY, "api||"}, since)
    members = await looking.members(cases, KEY, since, None, problem=None, most=50)
    after = await looking.members(cases, KEY, since, members[-1], problem=None, most=50)
    queue = await waiting(cases, SENIOR)

    assert load == {"agent-zh-1": looking.MOST_COUNTED}
    assert len(known["u1"]) == MOST_OF_CUSTOMER
    assert len(alike[KEY]) == 1
    assert len(set(members) | set(after)) == 100
    assert len(queue) == MOST_OFFERED
    looks = await looked(crowded)
    assert len(looks) >= 6
    for look in looks:
        assert "COLLSCAN" not in look.get("planSummary", ""), look["command"]
        # Cases alike are sorted after they were read: by person, never the queue.
        most = looking.MOST_READ if look.get("hasSortStage") else looking.MOST_COUNTED
        assert look.get("docsExamined", 0) <= most, look["command"]
        assert look.get("keysExamined", 0) <= most + 100, look["command"]
