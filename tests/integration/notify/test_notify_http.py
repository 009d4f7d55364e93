"""Who gets to see what over HTTP, on a real MongoDB."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.events.resolution import CaseClosed
from shared.http.tokens import status_token
from shared.reference import reference_of
from tests.sites import SETTLES_S, TOKEN_KEY, Story, bearer, site, token
from tests.stories import deposit

WORDS = "I sent 0.5 BTC this morning"


def story(steps=99, **facts):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    return Story(complaint, start).tell(*deposit(complaint, start, **facts)[:steps])


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


async def test_the_customer_reads_the_complaint_by_id_or_reference_with_the_token(pages):
    own = await pages.put(story())
    right = {"token": status_token(TOKEN_KEY, own)}

    for name in (own, own.upper(), reference_of(own), reference_of(own).lower()):
        answer = await pages.http.get(f"/v1/complaints/{name}", params=right)
        view = answer.json()
        assert (answer.status_code, view["status"]) == (200, "decided")
        assert view["complaint_id"] == own
        assert view["decision"]["decision_id"] == "dec-1"
        assert WORDS in view["messages"][0]["text"]


async def test_without_a_right_there_is_no_such_complaint(pages):
    own, other = await pages.put(story()), await pages.put(story())
    tries = [
        {},
        {"params": {"token": "x" * 64}},
        {"params": {"token": status_token(TOKEN_KEY, other)}},
        {"headers": bearer("submitter")},
        {"headers": bearer("operator")},
    ]

    for right in tries:
        answer = await pages.http.get(f"/v1/complaints/{own}", **right)
        assert answer.status_code == 404
        assert WORDS not in answer.text
    nonsense = {"Authorization": "Bearer nonsense"}
    assert (await pages.http.get(f"/v1/complaints/{own}", headers=nonsense)).status_code == 401


async def test_a_complaint_that_is_only_accepted_yet_is_shown_as_received(pages):
    own = str(uuid.uuid4())
    answer = await pages.http.get(
        f"/v1/complaints/{own}", params={"token": status_token(TOKEN_KEY, own)}
    )

    assert answer.json()["status"] == "received"
    assert (await pages.http.get(pages.status(own))).status_code == 200


async def test_staff_read_by_reference_and_unknown_ones_are_404(pages):
    own = await pages.put(story())
    seen = await pages.http.get(f"/v1/complaints/{reference_of(own)}", headers=bearer("agent"))

    assert seen.json()["complaint_id"] == own
    for name in (str(uuid.uuid4()), reference_of(str(uuid.uuid4())), "x", "RD-AAAA"):
        for path in (f"/v1/complaints/{name}", f"/v1/complaints/{name}/timeline"):
            answer = await pages.http.get(path, headers=bearer("agent"))
            assert answer.status_code == 404


async def test_the_timeline_is_for_roles_that_may_read(pages):
    own = await pages.put(story())
    path = f"/v1/complaints/{own}/timeline"
    rows = (await pages.http.get(path, headers=bearer("auditor"))).json()

    assert len(rows) > 20
    assert any(WORDS in e["value"] for row in rows for e in row["personal"])
    assert (await pages.http.get(path)).status_code == 401
    assert (await pages.http.get(path, headers=bearer("operator"))).status_code == 403


async def test_an_erased_person_is_shown_as_erased(pages):
    own = await pages.put(story())
    keys = pages.wiring.client[pages.wiring.settings.keys_database]["keys"]
    await keys.update_one({"_id": own}, {"$unset": {"wrapped": ""}})
    page = await pages.http.get(pages.status(own))

    assert WORDS not in page.text
    assert "erased" in page.text


async def test_the_board_counts_what_is_open_and_follows(pages):
    for steps in (1, 1, 4, 6, 11, 13):
        await pages.put(story(steps))
    gone = story()
    gone.tell((30, CaseClosed(outcome="upheld", level=1, decision_id="dec-1")))
    await pages.put(gone)

    def counts(board):
        return {c["stage"]: c["count"] for c in board["columns"]}

    board = (await pages.http.get("/v1/board")).json()
    stood = {
        "intake": 2,
        "verification": 0,
        "triage": 1,
        "investigation": 1,
        "resolution": 1,
        "notify": 1,
    }
    assert (counts(board), board["open"]) == (stood, 6)
    assert sum(board["flow"]["received"]) == 7

    await pages.put(story(1), age_s=0)
    await asyncio.sleep(SETTLES_S + 1)
    board = (await pages.http.get("/v1/board")).json()
    assert counts(board)["intake"] == 3
    assert sum(board["flow"]["received"]) == 8


async def test_events_go_on_behind_the_last_one_seen_and_hold_nothing_personal(pages):
    own = await pages.put(story(1), readers=())
    start = await _events(pages, {"from": "0."}, 4)
    await pages.put(story(1), age_s=0, readers=())
    behind = await _events(pages, {"from": start[-1][0]}, 1)

    assert [json.loads(data)["complaint_id"] for _, data in start] == [own] * 4
    assert json.loads(behind[0][1])["complaint_id"] != own
    assert not any(WORDS in data or "customers.example" in data for _, data in start)


async def _events(pages, params, most):
    found, last = [], ""
    async with pages.http.stream("GET", "/events", params=params) as answer:
        assert answer.headers["x-accel-buffering"] == "no"
        async for line in answer.aiter_lines():
            last = line.removeprefix("id: ") if line.startswith("id: ") else last
            if line.startswith("data: "):
                found.append((last, line.removeprefix("data: ")))
            if len(found) == most:
                return found
    return found


async def test_away_from_a_local_installation_the_board_is_for_staff(addresses):
    async with site(addresses.mongo, "https://redress.example") as pages:
        for path in ("/v1/board", "/events", "/events/board"):
            assert (await pages.http.get(path)).status_code == 401
            refused = await pages.http.get(path, headers=bearer("submitter"))
            assert refused.status_code == 403
        assert (await pages.http.get("/")).status_code == 401
        assert (await pages.http.get("/", headers=bearer("operator"))).status_code == 200
        form = {"token": token("agent"), "back": "/"}
        cookie = (await pages.http.post("/sign-in", data=form)).headers["set-cookie"]
        assert "Secure" in cookie


async def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(pages):
    own = await pages.put(story())
    path = f"/complaints/{own}"
    before = await pages.http.get(path)
    form = {"token": token("agent"), "back": path}
    signed = await pages.http.post("/sign-in", data=form)
    after = await pages.http.get(path)
    await pages.http.post("/sign-out")

    assert (before.status_code, WORDS in before.text) == (401, False)
    assert (signed.status_code, signed.headers["location"]) == (303, path)
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert WORDS in after.text
    assert (await pages.http.get(path)).status_code == 401


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/complaints/../x"])
async def test_signing_in_never_leads_elsewhere(pages, back):
    signed = await pages.http.post("/sign-in", data={"token": token("agent"), "back": back})

    assert signed.headers["location"] == "/"


@pytest.mark.parametrize("form", [{}, {"token": "x"}, {"token": "x" * 5000}])
async def test_a_wrong_token_is_refused_and_not_echoed(pages, form):
    answer = await pages.http.post("/sign-in", data=form)

    assert answer.status_code == 401
    assert "not valid" in answer.text
    assert "xxx" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_token_of_a_role_without_the_right_to_read_sees_no_page(pages):
    own = await pages.put(story())
    page = await pages.http.get(f"/complaints/{own}", headers=bearer("operator"))

    assert (page.status_code, WORDS in page.text) == (401, False)


async def test_what_customers_write_is_shown_as_text(pages):
    own = await pages.put(story(subject="<script>alert(1)</script>", description="{{7*7}} <b>"))
    for path, headers in ((pages.status(own), {}), (f"/complaints/{own}", bearer("agent"))):
        page = await pages.http.get(path, headers=headers)
        assert "&lt;script&gt;" in page.text
        assert "<script>alert" not in page.text
        assert "{{7*7}}" in page.text


async def test_pages_keep_to_themselves(pages):
    own = await pages.put(story())
    for path in ("/", pages.status(own), "/complaints/x", "/status/x"):
        headers = (await pages.http.get(path)).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_the_search_box_leads_to_the_complaint_only(pages):
    found = await pages.http.get("/complaints", params={"name": " RD-3RWY-R8EX-3DPY-D "})
    strange = await pages.http.get("/complaints", params={"name": "//evil.example"})

    assert found.headers["location"] == "/complaints/RD-3RWY-R8EX-3DPY-D"
    assert strange.headers["location"] == "/"


@pytest.mark.parametrize("name", ["pages.css", "board.js", "icon.svg"])
async def test_files_are_kept_by_browsers_and_others_are_not_there(pages, name):
    answer = await pages.http.get(f"/static/{name}")

    assert "immutable" in answer.headers["cache-control"]
    assert (await pages.http.get("/static/vendored.sha256")).status_code == 404
