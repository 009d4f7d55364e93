"""No page shows a customer's words before it is on record who reads them."""

import asyncio

import pytest

from shared.envelope import read
from shared.events.investigation import EvidenceAdded
from shared.events.notify import CaseRead
from shared.pages.staff import COOKIE
from tests.conversing import conversing
from tests.integration.notify.test_case_page import WORDS, cookie, story
from tests.sites import bearer, site, token
from tests.unit.notify.test_case_view import evidence

PAGES = ("/cases/{}", "/complaints/{}", "/v1/complaints/{}", "/v1/complaints/{}/timeline")


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


async def kept(pages):
    rows = await pages.wiring.database["notify_inputs"].find().to_list(None)
    found = [read(bytes(row["value"]), []) for row in rows]
    return [(one.data.staff, one.data.part, one.data.ground, one.data.reason) for one in found]


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_reason_nobody_reads_a_word(pages, path):
    own = await pages.put(story(), readers=("agent-2",))
    answer = await pages.http.get(path.format(own), headers=bearer("agent"))

    assert WORDS not in answer.text
    assert answer.status_code == (403 if path == "/v1/complaints/{}" else 200)
    assert "pen the case" in answer.text or path.endswith("timeline")
    assert await kept(pages) == []


@pytest.mark.parametrize("path", PAGES)
async def test_a_reading_is_on_record_before_the_page_is_shown(pages, path):
    own = await pages.put(story())
    answer = await pages.http.get(path.format(own), headers=bearer("agent"))

    assert WORDS in answer.text
    part = "customer_view" if path == "/v1/complaints/{}" else "case"
    assert await kept(pages) == [("agent-1", part, "grant", "review")]


async def test_a_piece_of_evidence_is_a_reading_of_its_own(pages):
    told = story((20.0, EvidenceAdded(evidence=evidence("ev-1"))))
    own = await pages.put(told, readers=("agent-1",))
    path = f"/cases/{own}/evidence/ev-1"
    shut = await pages.http.get(path, headers=cookie("supervisor"))
    shown = await pages.http.get(path, headers=cookie("agent"))

    assert (shut.status_code, "secret" in shut.text) == (403, False)
    assert "secret" in shown.text
    assert await kept(pages) == [("agent-1", "evidence", "grant", "review")]


class Reader:
    """An agent before a case, on real services."""

    def __init__(self, talk, case):
        self.talk, self.case = talk, case

    async def reads(self):
        headers = {"Cookie": f"{COOKIE}={token('agent')}"}
        page = await self.talk.http.get(f"/cases/{self.case}", headers=headers)
        return "The words of this customer" in page.text

    async def readings(self):
        wanted = {"type": CaseRead.event_type}
        return await self.talk.database["notify_history"].count_documents(wanted)


async def becomes(found, expected):
    for _ in range(150):
        if (got := await found()) == expected:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{got} instead of {expected}")


async def test_who_opens_a_case_reads_it_until_a_supervisor_says_otherwise(addresses):
    async with conversing(addresses.kafka, addresses.mongo) as talk:
        own, _ = await talk.complain("The words of this customer")
        agent = Reader(talk, own)

        await talk.command(own, "open-case", {"reason": "review"})
        await becomes(agent.reads, expected=True)
        await becomes(agent.readings, 1)
        await agent.reads()

        out = {"holder": "agent-1", "reason": "left"}
        await talk.command(own, "revoke-access", out, "supervisor")
        await becomes(agent.reads, expected=False)
        path, body = f"/v1/cases/{own}/open-case", {"reason": "review"}
        again = await talk.http.post(path, json=body, headers=bearer("agent"))
        assert (again.status_code, again.json()["rule"]) == (422, "access-revoked")
        assert await agent.readings() == 1


async def test_a_copy_goes_to_the_role_privacy_alone_and_is_on_record_once(pages):
    own = await pages.put(story())
    path = f"/v1/complaints/{own}/copy"
    for role in ("agent", "supervisor", "auditor", "admin"):
        answer = await pages.http.get(path, headers=bearer(role))
        assert (answer.status_code, WORDS in answer.text) == (403, False)
    assert await kept(pages) == []

    given = await pages.http.get(path, headers=bearer("privacy"))

    assert WORDS in given.json()["words"]["description"]
    assert await kept(pages) == [("privacy-1", "copy", "request", "subject_access")]
    missing = await pages.http.get("/v1/complaints/RD-0000/copy", headers=bearer("privacy"))
    assert missing.status_code == 404
