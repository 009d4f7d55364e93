"""The page of a case over a real MongoDB: who sees what, and what became of a command."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.events.investigation import EvidenceAdded, ProposalRefused
from shared.pages.staff import COOKIE
from shared.reference import reference_of
from tests.sites import Story, site, token
from tests.stories import deposit
from tests.unit.notify.test_case_view import evidence

WORDS = "I sent 0.5 BTC this morning"


def story(*more):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    return Story(complaint, start).tell(*deposit(complaint, start), *more)


def cookie(role):
    return {"Cookie": f"{COOKIE}={token(role)}"}


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


async def test_a_case_is_found_by_id_and_reference_and_others_are_not(pages):
    own = await pages.put(story())
    for name in (own, reference_of(own)):
        answer = await pages.http.get(f"/cases/{name}", headers=cookie("agent"))
        assert answer.status_code == 200
        assert WORDS in answer.text
        assert f"/staff/investigation/cases/{own}?seen=" in answer.text
    for name in (str(uuid.uuid4()), "x"):
        assert (await pages.http.get(f"/cases/{name}", headers=cookie("agent"))).status_code == 404


@pytest.mark.parametrize(
    ("role", "status", "reads"),
    [
        ("supervisor", 200, True),
        ("auditor", 200, True),
        ("operator", 200, False),
        ("submitter", 401, False),
        ("privacy", 401, False),
    ],
)
async def test_the_role_decides_what_is_seen_of_a_case(pages, role, status, reads):
    own = await pages.put(story())
    answer = await pages.http.get(f"/cases/{own}", headers=cookie(role))

    assert answer.status_code == status
    assert (WORDS in answer.text) is reads


@pytest.mark.parametrize(("role", "status"), [("agent", 200), ("operator", 403), (None, 401)])
async def test_evidence_is_opened_by_those_who_may_read_it(pages, role, status):
    own = await pages.put(story((20.0, EvidenceAdded(evidence=evidence("ev-1")))))
    headers = cookie(role) if role else {}
    answer = await pages.http.get(f"/cases/{own}/evidence/ev-1", headers=headers)

    assert answer.status_code == status
    assert ("secret" in answer.text) is (status == 200)
    gone = await pages.http.get(f"/cases/{own}/evidence/ev-2", headers=cookie("agent"))
    assert gone.status_code == 404


async def test_the_page_says_what_became_of_a_command(pages):
    told = story()
    refused = ProposalRefused(rule="cause-first", input_id="i-1")
    told.add(refused, "investigation", 30.0, "i-1")
    found = told.events[-2].causationid
    own = await pages.put(told)

    done = await pages.http.get(f"/cases/{own}?after={found}", headers=cookie("agent"))
    not_done = await pages.http.get(f"/cases/{own}?after=i-1", headers=cookie("agent"))

    assert "Done: letter" in done.text
    assert "It was not done. Record the cause first." in not_done.text


async def test_a_command_that_is_not_handled_in_time_is_said_to_be_open(pages):
    own = await pages.put(story())
    answer = await pages.http.get(f"/cases/{own}?after=nothing-yet", headers=cookie("agent"))

    assert "It is accepted and will be handled." in answer.text


async def test_who_reads_an_old_page_is_told_that_the_case_moved_on(pages):
    own = await pages.put(story())
    path, said = f"/cases/{own}/moved?seen=3", ""
    async with (
        asyncio.timeout(10),
        pages.http.stream("GET", path, headers=cookie("agent")) as stream,
    ):
        async for line in stream.aiter_lines():
            said += line
            if "Reload the case" in said:
                break

    assert "more events came in" in said
    assert (await pages.http.get(path)).status_code == 401
