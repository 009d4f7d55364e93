"""The stream of events over real HTTP and a real Kafka: resumed, filtered, and nothing personal."""

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from services.notify.outward.cursor import Cursor
from services.notify.outward.public import public
from shared.envelope import MODELS, write
from shared.events.intake import ComplaintReceived
from shared.events.resolution import CaseClosed
from shared.events.triage import CaseAssigned
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.ports import Record
from shared.testing.builders import an_envelope
from tests.sites import bearer, site


@pytest.fixture
async def place(addresses, kafka):
    async with site(addresses.mongo, kafka=kafka) as found:
        yield found


@pytest.fixture
def happened(log):
    """Put examples of events of one new complaint into the log; gives its id."""

    async def put(*models, complaint=None):
        complaint = complaint or str(uuid4())
        for model in models:
            envelope = an_envelope(model).model_copy(update={"subject": complaint})
            topic = STAGES[envelope.stage].topic("events")
            value = write(envelope)
            await log.publish([Record(topic, complaint.encode(), value, headers(envelope))])
            await asyncio.sleep(0.005)
        return complaint

    return put


@asynccontextmanager
async def reading(place, role="dashboard", behind=None, **asked):
    """The stream; gives what reads its next event, as (id, event)."""
    more = {"Last-Event-ID": behind} if behind else {}
    async with (
        httpx.AsyncClient(timeout=20) as http,
        http.stream(
            "GET", f"{place.url}/v1/events", params=asked, headers={**bearer(role), **more}
        ) as answer,
    ):
        assert answer.status_code == 200
        lines = answer.aiter_lines()

        async def one():
            said = {}
            async with asyncio.timeout(20):
                async for line in lines:
                    name, _, value = line.partition(": ")
                    said[name] = value
                    if not line and "data" in said:
                        return said["id"], json.loads(said["data"])
            raise EOFError

        yield one


async def test_a_reader_goes_on_behind_its_last_event_and_misses_nothing(place, happened):
    own = await happened(ComplaintReceived, CaseAssigned)
    async with reading(place, **{"from": "earliest", "complaint": own}) as one:
        first = await one()
        (last, _) = second = await one()
    await happened(CaseClosed, CaseAssigned, complaint=own)  # while nobody reads
    async with reading(place, behind=last, complaint=own) as one:
        third, fourth = await one(), await one()
        await happened(CaseClosed, complaint=own)
        fifth = await one()

    types = [event["type"] for _, event in (first, second, third, fourth, fifth)]
    expected = (ComplaintReceived, CaseAssigned, CaseClosed, CaseAssigned, CaseClosed)
    assert types == [model.event_type for model in expected]


async def test_only_what_is_asked_for_comes(place, happened):
    own = await happened(ComplaintReceived, CaseAssigned, CaseClosed)
    asked = {"from": "earliest", "complaint": own}

    async with reading(place, **asked, type="case-closed") as one:
        assert (await one())[1]["type"] == CaseClosed.event_type
    async with reading(place, **asked, stage="triage") as one:
        assert (await one())[1]["type"] == CaseAssigned.event_type


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("submitter", 403), ("privacy", 403)])
async def test_who_has_no_right_reads_nothing(place, role, status):
    answer = await place.http.get("/v1/events", headers=bearer(role) if role else {})

    assert answer.status_code == status


@pytest.mark.parametrize("cursor", ["abc", "%00", "2026-11-22", "A" * 1_000])
async def test_a_place_that_is_none_is_a_problem(place, cursor):
    answer = await place.http.get(f"/v1/events?from={cursor}", headers=bearer("dashboard"))

    assert (answer.status_code, answer.json()["slug"]) == (422, "bad_cursor")


async def test_a_reader_has_its_share_and_no_more(place):
    async with reading(place), reading(place), reading(place), reading(place), reading(place):
        await asyncio.sleep(0.2)
        answer = await place.http.get("/v1/events", headers=bearer("dashboard"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_cursor_survives_the_way_to_a_reader_and_back():
    cursor = Cursor({("complaints.triage.events", 3): 2**40, ("complaints.intake.events", 0): 0})

    assert Cursor.parse(str(cursor)).offsets == cursor.offsets
    assert str(cursor).isascii()


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.event_type)
def test_nothing_sealed_leaves_the_house(model):
    envelope = an_envelope(model).model_copy(update={"actor": "staff:jane"})
    said = json.dumps(public(write(envelope)))

    assert '"ct"' not in said
    assert "jane" not in said
