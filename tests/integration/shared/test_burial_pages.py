"""Dead letters before a browser, in real topics: what is shown, to whom, and what it does once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.envelope import read
from shared.http.sessions import COOKIE
from shared.runner.burials import MOST_REDRIVES
from shared.runner.decode import header
from shared.runner.scan import reader, until_end
from tests.burials import PLACE, STAGE, WORDS, burial_site, letter
from tests.sites import token


@pytest.fixture
async def site(addresses, kafka):
    async with burial_site(addresses.mongo, kafka) as found:
        yield found


@pytest.fixture
def http(site):
    return site[1]


@pytest.fixture
def complaint():
    return str(uuid4())


@pytest.fixture
def bury(site, complaint):
    """Bury a record of a complaint; gives the address of its letter's page."""

    async def buried(**how):
        wiring, http = site
        await wiring.log.publish([letter(complaint, **how)])
        return await where(http, complaint)

    return buried


async def where(http, complaint):
    page = await http.get(PLACE, headers=who())
    while complaint[:8] not in page.text and 'rel="next"' in page.text:
        onward = page.text.partition("after=")[2].partition('"')[0]
        page = await http.get(f"{PLACE}?after={onward}", headers=who())
    rows = [row for row in page.text.split("<tr>") if complaint[:8] in row or "alone" in row]
    return rows[-1].partition('href="')[2].partition('"')[0]


def who(role="operator"):
    return {"Cookie": f"{COOKIE}={token(role)}"}


async def made(kafka, topic, complaint):
    """What stands in a topic for the complaint."""
    async with reader(kafka, [topic]) as consumer:
        found = [record async for record in until_end(consumer)]
    return [record for record in found if record.key == complaint.encode()]


async def test_a_letter_that_others_tools_wrote_is_shown_without_what_it_does_not_say(
    http, site, complaint
):
    bare = replace(letter(complaint), headers=[])
    await site[0].log.publish([bare])
    place = await where(http, complaint)

    assert f"{datetime.now(UTC):%Y-%m-%d}" in (await http.get(place, headers=who())).text


async def test_a_letter_is_shown_without_what_it_says(http, bury, complaint):
    place = await bury()
    page = (await http.get(place, headers=who("auditor"))).text

    assert "rule raised" in page
    assert "complaints.intake.events/1/7" in page
    assert f'<a href="/cases/{complaint}">' in page
    assert "email: text of 21 characters" in page
    assert "(name of 8 characters)" in page
    assert WORDS not in page
    assert "Operators redrive and discard." in page


async def test_a_complaint_is_redriven_once_by_two_tabs_and_a_form_sent_again(
    http, bury, complaint, kafka
):
    place = await bury()
    tabs = [http.post(f"{place}/redrive", headers=who()) for _ in range(2)]
    answers = {answer.status_code for answer in await asyncio.gather(*tabs)}
    late = await http.post(f"{place}/redrive", headers=who())

    assert answers <= {303, 404}
    assert (late.status_code, "is not open" in late.text) == (404, True)
    inputs = await made(kafka, STAGE.topic("inputs"), complaint)
    assert len({read(record.value, []).id for record in inputs}) == 1
    assert read(inputs[0].value, []).data.staff == "operator-1"
    assert (await http.get(place, headers=who())).status_code == 404


async def test_another_failure_is_another_redrive(http, bury, complaint, kafka):
    for times in range(2):
        await http.post(f"{await bury(times=times)}/redrive", headers=who())

    inputs = await made(kafka, STAGE.topic("inputs"), complaint)
    assert len({read(record.value, []).id for record in inputs}) == 2


async def test_what_stands_in_another_stage_s_topic_is_left_to_the_operator(
    http, bury, complaint, kafka
):
    place = await bury(parked=False, reason="schema_invalid")
    page = (await http.get(place, headers=who())).text
    done = await http.post(f"{place}/redrive", headers=who())

    assert "redress dead-letters redrive --reason schema_invalid" in page
    assert done.status_code == 409
    assert await made(kafka, "complaints.intake.events", complaint) == []
    assert await made(kafka, STAGE.topic("inputs"), complaint) == []


async def test_what_was_tried_too_often_is_not_tried_again(http, bury, complaint, kafka):
    place = await bury(times=MOST_REDRIVES)
    done = await http.post(f"{place}/redrive", headers=who())

    assert (done.status_code, "as often as it may be" in done.text) == (409, True)
    assert await made(kafka, STAGE.topic("inputs"), complaint) == []


async def test_a_letter_is_let_go_for_a_reason_that_is_kept(http, bury, complaint, kafka):
    place = await bury()
    silent = await http.post(f"{place}/discard", headers=who(), data={"why": " "})
    done = await http.post(f"{place}/discard", headers=who(), data={"why": "a test"})

    assert (silent.status_code, "Say why." in silent.text) == (422, True)
    assert done.headers["location"] == f"{PLACE}?done=discarded"
    *_, mark = await made(kafka, STAGE.topic("dead-letters"), complaint)
    told = [header(mark, f"dlq-{name}") for name in ("action", "actor", "note")]
    assert told == ["discarded", "operator-1", "a test"]


async def test_who_may_not_does_not(http, bury, complaint, kafka):
    place = await bury()
    assert (await http.get(place, headers=who("agent"))).status_code == 403
    asked = await http.get(place)
    assert (asked.status_code, f'value="{place}"' in asked.text) == (401, True)
    for headers in (who("supervisor"), {**who(), "Sec-Fetch-Site": "cross-site"}):
        for act in ("redrive", "discard"):
            done = await http.post(f"{place}/{act}", headers=headers, data={"why": "x"})
            assert done.status_code == 403
    assert (await http.post(f"{place}/redrive")).status_code == 401
    assert await made(kafka, STAGE.topic("inputs"), complaint) == []


@pytest.mark.parametrize(
    ("number", "status"), [("x/1", 422), ("-1/1", 422), ("1/999999999", 404), ("99/0", 404)]
)
async def test_a_forged_number_opens_nothing(http, number, status):
    assert (await http.get(f"{PLACE}/{number}", headers=who())).status_code == status
