"""A case is replayed on a page: after each event what was known then, and that the chains hold."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.pages.staff import COOKIE
from tests.sites import Story, site, token
from tests.stories import deposit

START = datetime.now(UTC) - timedelta(minutes=2)
SEALED = "words and letters are sealed"


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


@pytest.fixture
def story():
    complaint = str(uuid.uuid4())
    return Story(complaint, START).tell(*deposit(complaint, START)[:11])


def who(role="agent", **more):
    return {"Cookie": f"{COOKIE}={token(role)}", **more}


async def test_what_came_later_is_not_known_before(pages, story):
    case = await pages.put(story)
    url = f"/cases/{case}/replay"
    first = (await pages.http.get(url, params={"n": 1}, headers=who())).text
    whole = (await pages.http.get(url, headers=who())).text

    assert "Complaint received" in first
    assert "My deposit has not arrived" in first
    assert "The delay is ours." not in first
    assert "The delay is ours." in whole
    assert first.count("holds") == 1
    assert whole.count("holds") == 5
    assert "broken" not in whole


async def test_a_timeline_that_somebody_changed_is_said_to_be_broken(pages, story):
    case = await pages.put(story)
    rows = pages.wiring.database["notify_history"]
    row = await rows.find_one({"_id": f"{case}|investigation|2"})
    value = bytes(row["value"]).replace(b'"actor":"system"', b'"actor":"nobody"')
    assert value != bytes(row["value"])
    await rows.update_one({"_id": row["_id"]}, {"$set": {"value": value}})
    whole = (await pages.http.get(f"/cases/{case}/replay", headers=who())).text

    assert "it does not follow the event before it" in whole
    assert (whole.count("holds"), whole.count(">broken<")) == (4, 1)


async def test_of_a_case_that_is_not_read_whole_no_chain_is_called_broken(
    pages, story, monkeypatch
):
    case = await pages.put(story)
    for place in ("history", "cases.replay"):
        monkeypatch.setattr(f"services.notify.{place}.LONGEST", 6)
    whole = (await pages.http.get(f"/cases/{case}/replay", headers=who())).text

    assert ("holds" in whole, ">broken<" in whole) == (False, False)
    assert "redress audit verify" in whole


async def test_a_script_gets_the_piece_alone_and_a_browser_without_one_has_links(pages, story):
    case = await pages.put(story)
    url = f"/cases/{case}/replay"
    whole = (await pages.http.get(url, params={"n": 3}, headers=who())).text
    piece = (await pages.http.get(url, params={"n": 3}, headers=who(**{"HX-Request": "true"}))).text

    assert 'href="?n=2" rel="prev"' in whole
    assert 'href="?n=4" rel="next"' in whole
    assert 'type="range" min="1"' in whole
    assert "<html" not in piece
    assert 'href="?n=4" rel="next"' in piece


async def test_who_did_not_open_the_case_reads_no_word_of_it(pages, story):
    case = await pages.put(story, readers=())
    page = (await pages.http.get(f"/cases/{case}/replay", headers=who())).text

    assert SEALED in page
    assert "My deposit has not arrived" not in page


@pytest.mark.parametrize("n", ["-1", "x", "1000001"])
async def test_a_number_that_makes_no_sense_is_refused(pages, story, n):
    case = await pages.put(story)
    assert (await pages.http.get(f"/cases/{case}/replay?n={n}", headers=who())).status_code == 422


async def test_only_staff_who_may_read_complaints_replay_them(pages, story):
    case = await pages.put(story)
    url = f"/cases/{case}/replay"

    assert (await pages.http.get(url)).status_code == 401
    assert (await pages.http.get(url, headers=who("operator"))).status_code == 401
    assert (
        await pages.http.get("/cases/RD-0000-0000-0000-0/replay", headers=who())
    ).status_code == 404
    beyond = (await pages.http.get(f"{url}?n=9999", headers=who())).text
    assert "Remedy proposed" in beyond
