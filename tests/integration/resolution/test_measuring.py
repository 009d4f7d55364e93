"""The effect of a review's action, counted over the stage's own documents."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.resolution.work import work
from shared.events.resolution import ActionDoneSubmitted, Share
from shared.runner.due import Claim
from tests.unit.resolution.builders import a_case, classified, confirmed, decided
from tests.unit.resolution.test_resolution_actions import plan

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def one(days, finding="credited_internal_delay"):
    """A case that was decided so many days after the action was done."""
    case = a_case()
    case.now = NOW + days * DAY
    case.when(classified(priority="P1"))
    case.when(confirmed(decided(case, finding=finding)))
    return case


async def keep(wiring, *cases):
    rows = [{"_id": str(uuid4()), "state": c.state.model_dump(mode="json")} for c in cases]
    await wiring.database["resolution"].insert_many(rows)


@pytest.fixture
def reviewed():
    """A case whose action is done and waits to be measured."""
    case = one(-31)
    case.now = NOW
    case.when(plan(due_on=NOW.date()))
    (action,) = case.state.actions
    case.when(ActionDoneSubmitted(staff="agent-1", roles=("agent",), action_id=action.action_id))
    return case


async def counted(wiring, case):
    (item,) = (i for i in case.state.due.values() if i.kind == "measure")
    claim = Claim(str(uuid4()), item, case.state, item.at)
    (result,) = await work(wiring)["measure"]([claim])
    return case.when(result)


async def test_each_side_counts_the_cases_decided_within_it_and_those_of_the_cause(
    wiring, reviewed
):
    other = "wrong_address"
    await keep(wiring, reviewed, *map(one, (-29, -1, 0, 5, 29, 30)), one(-2, other), one(3, other))

    (measured,) = await counted(wiring, reviewed)

    assert (measured.before, measured.after) == (Share(cases=2, of=3), Share(cases=3, of=4))
    assert measured.rarer is None


async def test_with_enough_cases_it_says_whether_the_cause_became_rarer(wiring, reviewed):
    other = "wrong_address"
    before = [one(-1) for _ in range(6)] + [one(-1, other) for _ in range(6)]
    after = [one(1) for _ in range(2)] + [one(1, other) for _ in range(10)]
    await keep(wiring, *before, *after)

    (measured,) = await counted(wiring, reviewed)

    assert (measured.before, measured.after) == (Share(cases=6, of=12), Share(cases=2, of=12))
    assert measured.rarer is True
