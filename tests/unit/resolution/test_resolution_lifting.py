"""Lifting beside other cases: what they hold, and a freeze that comes between two looks."""

from datetime import timedelta

import httpx
import pytest

from services.resolution.others import held
from services.resolution.work import carry_out
from shared.connectors.exchange import Exchange
from shared.runner.due import Claim
from tests.unit.resolution.builders import USER, a_case, applied, escalated, unfreeze, unproved
from tests.unit.resolution.test_resolution_work import FROZEN, SmallExchange

DAY = timedelta(days=1)


def a_lift():
    """A frozen account whose case two people lift, and its exchange."""
    case = a_case()
    case.when(escalated())
    applied(case, FROZEN)
    case.when(unfreeze("sup-1"))
    order = case.when(unfreeze("sup-2"))[1]
    server = SmallExchange(case.now)
    server.restrictions = {"withdrawals", "api_keys", "sessions"}
    return case, order, server


async def lift(case, order, server, *looks):
    """Carry it out where the other cases hold this at each look, the last one from then on."""
    seen = list(looks)

    async def kept(_user, _complaint, _now):
        return seen.pop(0) if len(seen) > 1 else seen[0]

    async with httpx.AsyncClient(transport=server) as client:
        exchange = Exchange(client, "http://exchange", "token")
        claim = Claim("c", case.due(order.key), case.state, case.now)
        return await carry_out(exchange, claim, kept)


async def test_nothing_is_asked_of_the_exchange_where_others_hold_it_all():
    case, order, server = a_lift()
    forever = dict.fromkeys(order.scope, case.now + DAY)
    result = await lift(case, order, server, forever)

    assert (result.status, result.kept, server.posts) == ("applied", order.scope, [])


async def test_a_part_is_lifted_under_a_key_of_its_own_and_the_same_again():
    case, order, server = a_lift()
    others = {"sessions": case.now + DAY}
    first = await lift(case, order, server, others)
    again = await lift(case, order, server, others)

    assert (first.status, first.kept) == ("applied", ("sessions",))
    assert again == first
    assert server.restrictions == {"withdrawals", "sessions"}
    assert {key for _, key in server.posts} == {f"{order.key}|api_keys"}


@pytest.mark.parametrize("until", [None, DAY])
async def test_a_freeze_that_came_meanwhile_is_put_back_for_as_long_as_it_holds(until):
    case, order, server = a_lift()
    ends = case.now + (until or timedelta(days=300_000))
    result = await lift(case, order, server, {}, {"sessions": ends})
    put_back = server.applied[f"{order.key}|put-back|sessions"]

    assert (result.status, result.kept) == ("applied", ("sessions",))
    assert "sessions" in server.restrictions
    assert put_back["expires_at"] is not None


def test_other_cases_hold_what_they_froze_until_it_runs_out():
    stranger, owner = unproved(), a_case()
    stranger.when(escalated(identity="L0"))
    short = held([stranger.state], USER, stranger.now)
    owner.when(escalated())

    assert short == {"withdrawals": stranger.now + DAY}
    assert held([stranger.state], USER, stranger.now + DAY) == {}
    assert held([stranger.state], "somebody-else", stranger.now) == {}
    assert held([stranger.state, owner.state], USER, owner.now)["withdrawals"].year == 9999
