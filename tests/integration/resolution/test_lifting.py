"""Two cases froze one account: lifting one of them lifts nothing that the other still holds."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.resolution.work import work
from shared.runner.due import Claim
from tests.unit.resolution.builders import a_case, classified, escalated, freeze, unfreeze

ALL = ("api_keys", "sessions", "withdrawals")
HALF = ("api_keys", "sessions")


class Two:
    """Two cases of one account, their documents where the stage keeps them."""

    def __init__(self, wiring, user_id):
        self.wiring = wiring
        self.cases = {str(uuid4()): a_case(proved=user_id) for _ in range(2)}
        self.first, self.second = self.cases
        for case in self.cases.values():
            case.now = datetime.now(UTC)

    async def keep(self):
        for name, case in self.cases.items():
            row = {"_id": name, "state": case.state.model_dump(mode="json")}
            await self.wiring.database["resolution"].replace_one({"_id": name}, row, upsert=True)

    async def done(self, name):
        """All that one case owes, carried out with the other's document in sight."""
        case, results = self.cases[name], []
        while items := [i for i in case.state.due.values() if i.kind == "act"]:
            await self.keep()
            claim = Claim(name, items[0], case.state, datetime.now(UTC))
            (result,) = await work(self.wiring)["act"]([claim])
            results += case.when(result)
        await self.keep()
        return results

    def lift(self, name):
        for who in ("sup-1", "sup-2"):
            self.cases[name].when(unfreeze(who))


@pytest.fixture
async def two(wiring, sandbox):
    user_id = await sandbox.open_account()
    found = Two(wiring, user_id)
    found.user_id = user_id
    for name, case in found.cases.items():
        case.when(escalated(user_id=user_id))
        await found.done(name)
    return found


async def restricted(exchange, two):
    return (await exchange.account(two.user_id)).restrictions


async def test_what_the_other_case_holds_stays_frozen_and_is_told(two, exchange):
    two.lift(two.first)
    (verified,) = await two.done(two.first)

    assert await restricted(exchange, two) == ALL
    assert (type(verified).__name__, verified.kept) == ("EffectVerified", HALF)


async def test_the_last_case_to_let_go_lifts_the_freeze(two, exchange):
    two.lift(two.first)
    await two.done(two.first)
    two.lift(two.second)
    (verified,) = await two.done(two.second)

    # The first case's own withdrawals still wait for their lock.
    assert (verified.kept, await restricted(exchange, two)) == ((), ("withdrawals",))
    for name, case in two.cases.items():
        case.elapse(timedelta(days=1))
        await two.done(name)
    assert await restricted(exchange, two) == ()


async def test_both_at_once_are_both_lifted(two, exchange):
    two.lift(two.first)
    two.lift(two.second)
    await two.keep()
    results = [*await two.done(two.first), *await two.done(two.second)]

    assert [result.kept for result in results] == [(), ()]
    assert await restricted(exchange, two) == ("withdrawals",)


async def test_a_case_that_froze_anew_keeps_its_freeze(two, exchange):
    two.lift(two.second)
    await two.done(two.second)
    two.cases[two.second].when(classified(user_id=two.user_id))
    two.cases[two.second].when(freeze())
    await two.done(two.second)
    two.lift(two.first)
    (verified,) = await two.done(two.first)

    assert (verified.kept, await restricted(exchange, two)) == (HALF, ALL)
