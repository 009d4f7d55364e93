"""A case as the stages of one process know it."""

import httpx
import pytest
from fastapi import FastAPI

from services.resolution.decide import DECIDER as RESOLUTION
from services.resolution.state import ResolutionState
from shared.http.problem import install
from shared.pipeline import STAGES
from shared.policy import load
from shared.runner.cases import cases_router
from shared.runner.door import Door
from shared.runner.keys import Keyring
from shared.runner.ports import Document
from shared.settings import Settings
from shared.testing.memory import InMemoryInputs, InMemoryLog, InMemoryStore
from tests.unit.shared.test_staff import KEY, Office


@pytest.fixture
async def both():
    """Triage at sequence 3 and resolution at sequence 8, in one process."""
    office = Office()
    await office.open_case()
    office.other, stage = InMemoryStore(), STAGES["resolution"]
    ports = (office.other, InMemoryInputs(), InMemoryLog(), Keyring(office.keys))
    door = Door(stage, RESOLUTION, *ports, policy=load("default"))
    app = FastAPI()
    install(app)
    app.include_router(cases_router((office.door, door), Settings(token_key=KEY)))
    await office.http.aclose()
    office.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://all")
    await office.other.write([Document(office.case, ResolutionState(sequence=8), rev=1)])
    yield office
    await office.http.aclose()


async def shown(office, query="", case=None):
    path = f"/v1/cases/{case or office.case}{query}"
    return await office.http.get(path, headers=office.bearer())


async def test_each_stage_is_shown_under_its_name_and_the_first_as_ever(both):
    answer = await shown(both)

    body = answer.json()
    assert (body["stage"], body["sequence"], answer.headers["etag"]) == ("triage", 3, '"3"')
    assert body["state"] == body["stages"]["triage"]["state"]
    assert {name: part["sequence"] for name, part in body["stages"].items()} == {
        "triage": 3,
        "resolution": 8,
    }


async def test_the_stage_that_is_asked_for_gives_its_own_etag(both):
    answer = await shown(both, "?stage=resolution")

    assert (answer.json()["stage"], answer.headers["etag"]) == ("resolution", '"8"')


async def test_a_case_that_only_a_later_stage_knows_is_shown(both):
    own = "0a0a0a0a-0000-4000-8000-00000000c0de"
    await both.other.write([Document(own, ResolutionState(sequence=2), rev=1)])

    answer = await shown(both, case=own)

    assert (answer.json()["stage"], list(answer.json()["stages"])) == ("resolution", ["resolution"])
    assert (await shown(both, "?stage=triage", own)).status_code == 404


async def test_a_stage_of_another_service_is_not_here(both):
    answer = await shown(both, "?stage=notify")

    assert (answer.status_code, answer.json()["slug"]) == (422, "no_such_stage")
