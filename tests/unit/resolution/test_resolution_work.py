"""Acting on the exchange: what is not read back does not count."""

import base64
import json
from datetime import timedelta
from decimal import Decimal
from secrets import token_hex
from types import SimpleNamespace

import httpx
import pytest

from services.resolution.api import COMMANDS
from services.resolution.looking import look_again
from services.resolution.main import create_app
from services.resolution.work import carry_out, work
from shared.connectors.exchange import Exchange
from shared.errors import TransientError
from shared.runner.due import Claim
from shared.settings import Settings
from tests.unit.resolution.builders import (
    CREDIT,
    TXID,
    USER,
    a_case,
    applied,
    compensate,
    credit,
    escalated,
    proposal,
    unfreeze,
)

FROZEN = "freeze|u-100|2026-11-22|verified"
HELD_A_DAY = "freeze|u-100|2026-11-22"


class SmallExchange(httpx.AsyncBaseTransport):
    """An exchange with one account that applies each key once and can be told to misbehave."""

    def __init__(self, now):
        self.now = now
        self.applied = {}
        self.restrictions = set()
        self.answers = {}
        self.posts = []

    async def handle_async_request(self, request):
        path = request.url.path
        if path in self.answers:
            status, body = self.answers[path]
            return httpx.Response(status, json=body)
        if request.method == "POST":
            self.posts.append((path, request.headers["idempotency-key"]))
            return self._act(path.rpartition("/")[2], request)
        if path.startswith("/v1/actions/"):
            receipt = self.applied.get(path.removeprefix("/v1/actions/"))
            return httpx.Response(200 if receipt else 404, json=receipt)
        return httpx.Response(200, json=self._account())

    def _act(self, action, request):
        key, body = request.headers["idempotency-key"], json.loads(request.content)
        receipt = {"key": key, "action": action, "status": "applied", **body}
        receipt["applied_at"] = self.now.isoformat()
        known = self.applied.setdefault(key, receipt)
        if {**known, "applied_at": None} != {**receipt, "applied_at": None}:
            return httpx.Response(422, json={"slug": "idempotency_conflict"})
        if action == "freeze":
            self.restrictions |= set(body["scope"])
        elif action == "unfreeze":
            self.restrictions -= set(body["scope"])
        return httpx.Response(200, json=known)

    def _account(self):
        return {
            "user_id": USER,
            "name": "Test Person",
            "email": "a@example.com",
            "kyc": {"level": 2, "state": "verified"},
            "restrictions": sorted(self.restrictions),
            "created_at": "2026-01-01T00:00:00Z",
        }


def problem(slug, status=409):
    return status, {"slug": slug}


async def act(case, key, server):
    client = httpx.AsyncClient(transport=server)
    exchange = Exchange(client, "http://exchange", "token", limit=1.0)
    claim = Claim("complaint", case.due(key), case.state, case.now)
    return await carry_out(exchange, claim)


def a_credit():
    case = a_case()
    case.when(proposal(credit()))
    return case, SmallExchange(case.now)


def a_freeze(identity="L1"):
    case = a_case()
    case.when(escalated(identity=identity))
    return case, SmallExchange(case.now)


async def test_a_credit_is_applied_under_its_key_and_read_back():
    case, server = a_credit()

    result = await act(case, CREDIT, server)

    assert (result.status, result.problem, result.applied_at) == ("applied", None, case.now)
    assert (result.key, result.put_by) == (CREDIT, case.due(CREDIT).event)
    assert server.posts == [("/v1/actions/credit", CREDIT)]
    receipt = server.applied[CREDIT]
    assert (receipt["amount"], receipt["reference"]) == ("0.5", f"{TXID}:1")


async def test_the_same_credit_twice_pays_once_and_is_applied_both_times():
    case, server = a_credit()
    first = await act(case, CREDIT, server)

    assert await act(case, CREDIT, server) == first
    assert len(server.applied) == 1


async def test_a_credit_that_cannot_be_read_back_is_tried_again():
    case, server = a_credit()
    server.answers[f"/v1/actions/{CREDIT}"] = (404, {"slug": "unknown_action"})

    with pytest.raises(TransientError):
        await act(case, CREDIT, server)


@pytest.mark.parametrize("slug", ["already_credited", "unknown_account", "invalid_request"])
async def test_a_final_no_is_handed_on_in_the_exchanges_word(slug):
    case, server = a_credit()
    server.answers["/v1/actions/credit"] = problem(slug)

    result = await act(case, CREDIT, server)

    assert (result.status, result.problem, result.applied_at) == ("refused", slug, None)


async def looked(case, decision, server):
    async with httpx.AsyncClient(transport=server) as client:
        exchange = Exchange(client, "http://exchange", "token", limit=1.0)
        item = case.due(f"check:{decision.decision_id}")
        return await look_again(exchange, Claim("complaint", item, case.state, case.now))


@pytest.mark.parametrize("kept", [True, False])
async def test_a_day_later_the_exchange_is_asked_for_the_payment_again(kept):
    case, server = a_credit()
    case.when(await act(case, CREDIT, server))
    if not kept:
        del server.applied[CREDIT]

    found = await looked(case, case.state.decisions[-1], server)

    assert found.lost == (() if kept else (CREDIT,))


async def test_a_second_look_that_is_refused_is_no_answer():
    case, server = a_credit()
    case.when(await act(case, CREDIT, server))
    server.answers[f"/v1/actions/{CREDIT}"] = problem("account_closed")

    with pytest.raises(TransientError):
        await looked(case, case.state.decisions[-1], server)


async def test_a_credit_that_another_complaint_got_before_is_already_credited():
    case, server = a_credit()
    server.now -= timedelta(seconds=3)

    assert (await act(case, CREDIT, server)).problem == "already_credited"


async def test_clocks_that_differ_a_little_do_not_turn_our_credit_into_anothers():
    case, server = a_credit()
    server.now -= timedelta(seconds=1)

    assert (await act(case, CREDIT, server)).status == "applied"


async def test_a_credit_that_another_user_got_under_the_key_is_already_credited():
    mine, server = a_credit()
    other = a_case(proved="u-200")
    other.when(proposal(credit(user_id="u-200", amount=Decimal("0.4"))))
    await act(other, CREDIT, server)

    assert (await act(mine, CREDIT, server)).problem == "already_credited"


async def test_a_compensation_is_paid_for_its_thing():
    case, server = a_credit()
    case.when(proposal(credit()))
    other = a_case()
    other.when(proposal(compensate(thing="order|7")))

    result = await act(other, "compensate|order|7", server)

    assert result.status == "applied"
    assert server.posts == [("/v1/actions/compensate", "compensate|order|7")]
    assert server.applied["compensate|order|7"]["reference"] == "order|7"


async def test_a_freeze_counts_when_the_account_shows_it():
    case, server = a_freeze()

    result = await act(case, FROZEN, server)

    assert result.status == "applied"
    assert server.restrictions == {"withdrawals", "api_keys", "sessions"}
    assert server.applied[FROZEN]["expires_at"] is None


async def test_a_freeze_that_the_account_does_not_show_is_not_in_force():
    case, server = a_freeze()
    await act(case, FROZEN, server)
    server.restrictions.discard("sessions")
    server.answers["/v1/actions/freeze"] = (200, server.applied[FROZEN])

    assert (await act(case, FROZEN, server)).problem == "not_in_force"


async def test_a_second_complaints_freeze_of_the_day_is_served_by_the_first():
    (first, server), (second, _) = a_freeze("L0"), a_freeze("L0")
    second.state = a_case().state
    second.now += timedelta(hours=1)
    second.when(escalated(identity="L0"))
    await act(first, HELD_A_DAY, server)

    result = await act(second, HELD_A_DAY, server)

    assert result.status == "applied"
    assert list(server.applied) == [HELD_A_DAY]


async def test_a_key_that_stands_for_another_account_is_a_conflict():
    case, server = a_freeze()
    await act(case, FROZEN, server)
    server.applied[FROZEN]["user_id"] = "u-200"

    assert (await act(case, FROZEN, server)).problem == "idempotency_conflict"


async def test_an_unfreeze_counts_when_the_account_is_free():
    case, server = a_freeze()
    await act(case, FROZEN, server)
    applied(case, FROZEN)
    case.when(unfreeze("sup-1"))
    order = case.when(unfreeze("sup-2"))[1]

    assert (await act(case, order.key, server)).status == "applied"
    assert server.restrictions == {"withdrawals"}
    server.restrictions.add("sessions")
    server.answers["/v1/actions/unfreeze"] = (200, server.applied[order.key])
    assert (await act(case, order.key, server)).problem == "still_restricted"


async def test_an_account_that_cannot_be_read_back_is_tried_again():
    case, server = a_freeze()
    server.answers[f"/v1/accounts/{USER}"] = (404, {"slug": "unknown_account"})

    with pytest.raises(TransientError):
        await act(case, FROZEN, server)


async def test_one_bad_item_leaves_the_rest_of_its_batch_alone():
    (good, server), bad = a_credit(), a_case()
    bad.when(escalated())
    server.answers[f"/v1/accounts/{USER}"] = (400, {"slug": "invalid_request"})
    settings = Settings(exchange_url="http://exchange", exchange_token=token_hex(16))
    client = httpx.AsyncClient(transport=server)
    claims = [Claim("c", c.due(key), c.state, c.now) for c, key in ((bad, FROZEN), (good, CREDIT))]

    again, done = await work(
        SimpleNamespace(settings=settings, http=client, database={"resolution": None})
    )["act"](claims)

    assert again is None
    assert done.status == "applied"


async def test_the_service_offers_its_commands():
    key = base64.b64encode(bytes(32)).decode()
    app = create_app(Settings(master_key=key, token_key=token_hex(32)))

    paths = app.openapi()["paths"]
    assert {f"/v1/cases/{{case}}/{name}" for name in COMMANDS} <= paths.keys()
