"""The staff's queue over a real MongoDB: the order, the filters, page by page, and how fast."""

import time
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.triage.clocks.running import Clock
from services.triage.desk import api, page
from services.triage.desk.listing import Wish, listed
from services.triage.main import parts
from shared.http.problem import install
from shared.pages.staff import COOKIE
from shared.runner.ports import Document
from tests.sites import TOKEN_KEY, bearer, token
from tests.unit.triage.stage_cases import MISSING, running

MANY = 20_000
WITHIN_S = 0.2
START = running(MISSING).now


@pytest.fixture
async def triage(wiring):
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(TOKEN_KEY)})
    await wiring.stores["triage"].prepare(parts(wiring).indexes)
    return wiring


@pytest.fixture
async def http(triage):
    app = FastAPI()
    install(app)
    for module in (api, page):
        app.include_router(module.router(triage))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://triage") as client:
        yield client


def case(minutes=60, *, paused=False, **changes):
    """A case whose only clock runs out so many minutes from the start."""
    due, state = START + timedelta(minutes=minutes), running(MISSING, assignee="agent-zh-1").state
    pauses = ((START, None),) if paused else ()
    clock = Clock(started_at=START, due_at=due, counted_at=START, pauses=pauses)
    plain = {"clocks": {"resolution:1": clock}, "broken": {}, "due": {}}
    return state.model_copy(update={**plain, **changes})


async def keep(wiring, *states):
    documents = [Document(str(uuid4()), state, rev=1) for state in states]
    assert await wiring.stores["triage"].write(documents) == set()
    return [document.id for document in documents]


async def ids(wiring, **wish):
    found = await listed(wiring.database["triage"], Wish(**wish))
    return [row.complaint_id for row in found.cases]


async def test_the_most_urgent_come_first_and_what_stands_still_last(triage):
    paused, later, soon, top = await keep(
        triage, case(1, paused=True), case(90), case(30), case(500, priority="P1")
    )

    assert await ids(triage) == [top, soon, later, paused]


async def test_each_filter_leaves_what_it_names(triage):
    nobody = {"assignee": None, "open": False, "queue": "payments:1", "priority": "P3"}
    mine, waiting, settled, identity = await keep(
        triage, case(10), case(20, **nobody), case(30, settled=1), case(40, team="identity")
    )

    assert await ids(triage) == [mine, identity, waiting]
    assert await ids(triage, standing="waiting") == [waiting]
    assert await ids(triage, standing="assigned") == [mine, identity]
    assert await ids(triage, standing="settled") == [settled]
    assert await ids(triage, team="identity") == [identity]
    assert await ids(triage, priority="P3") == [waiting]
    assert await ids(triage, assignee="agent-zh-1") == [mine, identity]
    assert await ids(triage, due_before=START + timedelta(minutes=15)) == [mine]
    assert await ids(triage, standing="all") == [mine, settled, identity, waiting]


async def test_a_search_by_account_category_lane_and_age_leaves_what_it_names(triage):
    old = START - timedelta(hours=30)
    known, stolen, aged = await keep(
        triage,
        case(10, user_id="10042"),
        case(20, user_id="10043", category="account_security"),
        case(30, user_id="10044", classified_at=old),
    )
    express = Document(str(uuid4()), case(40, user_id="10042"), rev=1, lane="express")
    assert await triage.stores["triage"].write([express]) == set()

    assert await ids(triage, account="10042") == [known, express.id]
    assert await ids(triage, account="1004") == []
    assert await ids(triage, lane="express") == [express.id]
    assert await ids(triage, account="10042", lane="normal") == [known]
    assert await ids(triage, category="account_security") == [stolen]
    assert await ids(triage, before=START - timedelta(hours=24)) == [aged]


async def test_a_row_says_which_clock_runs_out_and_nothing_of_the_customer(triage):
    await keep(triage, case(30))
    (row,) = (await listed(triage.database["triage"], Wish())).cases

    assert (row.clock, row.due_at) == ("resolution", START + timedelta(minutes=30))
    assert (row.stands, row.assignee, row.category) == ("assigned", "agent-zh-1", row.category)
    assert "u1" not in row.model_dump_json()


async def test_page_by_page_every_case_comes_once(triage):
    same = [case(30) for _ in range(4)]
    every = await keep(triage, *same, case(10), case(5, paused=True), case(9, priority="P4"))
    found, after = [], None
    for _ in range(5):
        wish = Wish(limit=2, after=after and api.Cursor.parse(after))
        listing = await listed(triage.database["triage"], wish)
        found += [row.complaint_id for row in listing.cases]
        after = listing.after
        if after is None:
            break

    assert sorted(found) == sorted(every)
    assert found == await ids(triage)


async def test_the_queue_of_many_is_shown_in_time_and_read_by_its_index(triage):
    lots = [case(n % 997, priority=f"P{1 + n % 4}", team=f"t{n % 7}") for n in range(MANY)]
    await keep(triage, *lots)
    await triage.database.command({"profile": 2})
    wishes = [{}, {"team": "t3"}, {"assignee": "agent-zh-1"}, {"due_before": START}]
    wishes += [{"account": "nobody"}, {"lane": "express"}, {"before": START - timedelta(days=9)}]
    slowest = 0.0
    for wish in (*wishes, {"assignee": "nobody-1"}):
        started = time.perf_counter()
        await ids(triage, **wish)
        slowest = max(slowest, time.perf_counter() - started)
    await triage.database.command({"profile": 0})

    found = triage.database["system.profile"].find({"ns": {"$regex": r"\.triage$"}})
    looks = [look for look in await found.to_list(None) if look["op"] == "query"]
    assert looks
    assert all(look["docsExamined"] <= 200 for look in looks)
    assert slowest < WITHIN_S


async def test_programs_ask_for_a_page_with_the_pages_own_words(triage, http):
    mine, _ = await keep(triage, case(10, assignee="agent-1"), case(20))

    answer = await http.get(
        "/v1/cases?mine=true&priority=P2&team=&limit=1", headers=bearer("agent")
    )

    assert [row["complaint_id"] for row in answer.json()["cases"]] == [mine]
    assert answer.json()["after"] is None


@pytest.mark.parametrize(
    "query",
    [
        "priority=P9",
        "state=gone",
        "after=x",
        "limit=0",
        "limit=201",
        "team=$where",
        "lane=x",
        "assignee=$ne",
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(http, query):
    assert (await http.get(f"/v1/cases?{query}", headers=bearer("agent"))).status_code == 422


async def test_only_staff_see_the_queue(triage, http):
    await keep(triage, case(10))

    assert (await http.get("/v1/cases")).status_code == 401
    assert (await http.get("/v1/cases", headers=bearer("submitter"))).status_code == 403
    asked = await http.get("/cases")
    assert (asked.status_code, 'name="token"' in asked.text) == (401, True)


async def test_the_page_shows_the_queue_and_a_script_gets_the_rows_alone(triage, http):
    (own,) = await keep(triage, case(10))
    cookie = {"Cookie": f"{COOKIE}={token('agent')}"}
    whole = await http.get("/cases", headers=cookie)
    rows = await http.get("/cases", headers={**cookie, "HX-Request": "true"})
    none = await http.get("/cases?state=settled", headers=cookie)

    assert f'href="/cases/{own}"' in whole.text
    assert "Take the next case" in whole.text
    assert "<html" not in rows.text
    assert f'href="/cases/{own}"' in rows.text
    assert "No case is here." in none.text
    audits = await http.get("/cases", headers={"Cookie": f"{COOKIE}={token('auditor')}"})
    assert "Take the next case" not in audits.text


async def test_the_page_keeps_what_was_searched_for_and_says_where_nothing_was_found(triage, http):
    await keep(triage, *(case(10, user_id="10042") for _ in range(3)))
    cookie = {"Cookie": f"{COOKIE}={token('agent')}"}
    some = await http.get("/cases?account=10042&limit=2&team=&lane=", headers=cookie)
    none = await http.get("/cases?account=%22%3E%3Cb%3E", headers=cookie)

    assert some.text.count('class="reference"') == 2
    assert "/cases?account=10042&amp;after=" in some.text
    assert "Ask for less" in none.text
    assert "<b>" not in none.text
