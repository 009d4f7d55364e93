"""Who takes a case, by the open cases that really stand in the database."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from services.triage import looking
from services.triage.work import work
from shared.errors import TransientError
from shared.policy import MOST_OF_CUSTOMER
from shared.runner.due import Claim
from shared.runner.ports import Document
from tests.unit.triage.stage_cases import (
    STOLEN,
    WISH,
    appealed,
    classified,
    decision,
    found,
    running,
)

SPEAK_ENGLISH = ["agent-asia-1", "agent-ru-1", "agent-zh-1"]  # of payments, at work at nine

DAY = timedelta(days=1)


def anybody():
    """A case of a customer whom nobody knows."""
    return classified(user_id=str(uuid4()))


async def stands(wiring, *cases):
    """These cases are in the database."""
    documents = [Document(str(uuid4()), case.state, rev=1) for case in cases]
    assert await wiring.stores["triage"].write(documents) == set()


async def assigned(wiring, *cases):
    """Whom one batch gives these cases to."""
    claims = [claim(case) for case in cases]
    return [result.assignee for result in await work(wiring)["find_assignee"](claims)]


def claim(case):
    item = case.due(f"assign:{case.state.level}")
    return Claim(str(uuid4()), item, case.state, case.now)


async def test_a_batch_is_spread_over_those_who_fit(wiring):
    batch = [anybody() for _ in range(6)]

    given = await assigned(wiring, *batch)

    assert Counter(given) == dict.fromkeys(SPEAK_ENGLISH, 2)


async def test_whoever_has_open_cases_gets_the_next_one_last(wiring):
    await stands(wiring, *(running(assignee=who) for who in SPEAK_ENGLISH if who != "agent-ru-1"))

    given = await assigned(wiring, *(anybody() for _ in range(2)))

    assert given == ["agent-ru-1", "agent-asia-1"]


async def test_a_case_that_is_decided_is_no_load(wiring):
    finished = [running(assignee="agent-asia-1") for _ in range(3)]
    for case in finished:
        case.when(decision())
    await stands(wiring, *finished)

    given = await assigned(wiring, *(anybody() for _ in range(4)))

    assert given == ["agent-asia-1", "agent-ru-1", "agent-zh-1", "agent-asia-1"]


async def test_a_customer_s_next_case_goes_to_who_has_the_first(wiring):
    await stands(wiring, running(assignee="agent-zh-1"), running(assignee="agent-zh-1"))
    case = classified()

    (result,) = await work(wiring)["find_assignee"]([claim(case)])

    assert (result.assignee, result.reason) == ("agent-zh-1", "same-customer")
    assert result.complaints == 3


async def test_a_customer_with_many_cases_hides_no_other_customer_s(wiring):
    await stands(wiring, *(running(user_id="a") for _ in range(MOST_OF_CUSTOMER * 2)))
    await stands(wiring, running(assignee="agent-zh-1", user_id="b"))
    since = running().now - DAY

    known = await looking.of_customers(wiring.database["triage"], {"a", "b"}, since)

    assert {user: len(cases) for user, cases in known.items()} == {"a": MOST_OF_CUSTOMER, "b": 1}


async def test_the_newest_cases_of_a_customer_are_looked_at(wiring):
    old = [running(assignee="agent-ru-1") for _ in range(MOST_OF_CUSTOMER)]
    for case in old:
        early = case.now - timedelta(hours=1)
        case.state = case.state.model_copy(update={"classified_at": early})
    new = running(assignee="agent-zh-1")
    await stands(wiring, *old, new)

    known = await looking.of_customers(wiring.database["triage"], {"u1"}, new.now - DAY)

    assert known["u1"][0].assignee == "agent-zh-1"


async def test_what_is_decided_or_long_ago_binds_nobody(wiring):
    over, old = running(assignee="agent-zh-1"), running(assignee="agent-zh-1")
    over.when(decision())
    long_ago = old.now - timedelta(days=31)
    old.state = old.state.model_copy(update={"classified_at": long_ago})
    await stands(wiring, over, old)

    (result,) = await work(wiring)["find_assignee"]([claim(classified())])

    assert (result.assignee, result.reason) == ("agent-asia-1", "least-loaded")
    assert result.complaints == 2


async def test_nobody_who_is_off_is_chosen_for_a_question(wiring):
    case = running(WISH, assignee="agent-zh-1", user_id="somebody")
    case.when(appealed())
    case.now = case.now.replace(hour=20)

    (result,) = await work(wiring)["find_assignee"]([claim(case)])

    assert result.assignee is None
    assert result.free_at == case.now.replace(hour=0, day=case.now.day + 1)


async def test_the_answer_names_its_item_and_how_many_cases_there_are_now(wiring):
    await stands(wiring, *(running(assignee=who) for who in SPEAK_ENGLISH))
    case = anybody()

    (result,) = await work(wiring)["find_assignee"]([claim(case)])

    put_by = case.due("assign:1").event
    assert (result.key, result.put_by, result.open_cases) == ("assign:1", put_by, 2)


async def test_an_appeal_is_never_heard_by_who_had_the_case_before(wiring):
    case = running(assignee="senior-1")
    case.when(appealed())
    await stands(wiring, *(running(assignee="senior-2", user_id="b") for _ in range(5)))

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


@pytest.mark.parametrize("alike", ["deposit_withdrawal|BTC|trc|20", "without bars"])
async def test_a_case_that_compares_badly_holds_up_no_other(wiring, alike):
    odd, urgent = anybody(), classified(STOLEN)
    odd.state = odd.state.model_copy(update={"alike": alike})

    given = await assigned(wiring, odd, urgent)

    assert all(given)
