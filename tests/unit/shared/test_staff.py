"""Staff commands over HTTP: who may, on which state, and what is answered."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.intake.verification.api import COMMANDS as OTHERS
from services.triage.api import COMMANDS
from services.triage.decide import DECIDER
from services.triage.state import TriageState
from shared.envelope import read
from shared.http.problem import install
from shared.http.tokens import issue
from shared.pipeline import STAGES
from shared.policy import load
from shared.reference import reference_of
from shared.runner.cases import cases_router
from shared.runner.door import Door
from shared.runner.keys import Keyring
from shared.runner.ports import Document
from shared.runner.staff import staff_router
from shared.settings import Settings
from shared.testing.memory import InMemoryInputs, InMemoryKeyStore, InMemoryLog, InMemoryStore

KEY = "ab" * 32


class Office:
    """Triage's staff routes over ports in memory, with one case at sequence 3."""

    def __init__(self):
        self.store, self.inputs, self.keys = InMemoryStore(), InMemoryInputs(), InMemoryKeyStore()
        stage = STAGES["triage"]
        self.door = door = Door(
            stage,
            DECIDER,
            self.store,
            self.inputs,
            InMemoryLog(),
            Keyring(self.keys),
            policy=load("default"),
        )
        app = FastAPI()
        install(app)
        app.include_router(staff_router(door, COMMANDS, Settings(token_key=KEY)))
        app.include_router(cases_router((door,), Settings(token_key=KEY)))
        self.case = str(uuid.uuid4())
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://triage")

    async def open_case(self):
        state = TriageState(
            sequence=3, classified=True, category="kyc", priority="P3", team="identity", level=1
        )
        await self.store.write([Document(self.case, state, rev=1)])
        await self.keys.create(self.case)

    def bearer(self, role="agent"):
        token = issue(KEY, "agent-en-1", role, datetime.now(UTC), timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}

    async def raise_priority(self, role="agent", case=None, body=None, **headers):
        return await self.http.post(
            f"/v1/cases/{case or self.case}/set-priority",
            json=body or {"priority": "P2", "reason": "money-stuck"},
            headers={**self.bearer(role), **headers},
        )


@pytest.fixture
async def office():
    made = Office()
    await made.open_case()
    yield made
    await made.http.aclose()


async def test_a_case_is_shown_with_its_sequence_as_etag(office):
    answer = await office.http.get(f"/v1/cases/{office.case}", headers=office.bearer())

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"3"'
    assert answer.json()["state"]["priority"] == "P3"


async def test_an_accepted_command_is_stored_with_who_gave_it_and_what_they_saw(office):
    answer = await office.raise_priority(**{"If-Match": '"3"'})

    assert answer.status_code == 202
    [row] = office.inputs.rows.values()
    envelope = read(row.value, [])
    assert envelope.id == answer.json()["event_id"]
    assert envelope.actor == "staff:agent-en-1"
    assert (envelope.data.staff, envelope.data.expected_sequence) == ("agent-en-1", 3)


async def test_a_command_on_an_old_view_is_a_conflict(office):
    answer = await office.raise_priority(**{"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["rule"]) == (409, "case-moved-on")
    assert office.inputs.rows == {}


@pytest.mark.parametrize("tag", ["x", '"x"', '"-1"', '"99999999999999999999"'])
async def test_a_tag_that_is_no_sequence_is_a_bad_request(office, tag):
    assert (await office.raise_priority(**{"If-Match": tag})).status_code == 400


async def test_a_command_that_breaks_a_rule_is_refused_with_the_rule(office):
    body = {"priority": "P4", "reason": "not-urgent"}

    answer = await office.raise_priority(body=body)

    assert (answer.status_code, answer.json()["rule"]) == (422, "supervisor-needed")
    assert office.inputs.rows == {}


async def test_an_unknown_field_is_named_and_nothing_is_stored(office):
    answer = await office.raise_priority(body={"priority": "P2", "reason": "x-y", "extra": 1})

    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["extra"]


async def test_nobody_without_a_token_sees_or_does_anything(office):
    shown = await office.http.get(f"/v1/cases/{office.case}")
    done = await office.http.post(f"/v1/cases/{office.case}/set-priority", json={})

    assert [shown.status_code, done.status_code] == [401, 401]


async def test_a_role_that_is_too_low_is_forbidden(office):
    assert (await office.raise_priority(role="auditor")).status_code == 403


@pytest.mark.parametrize("case", ["nonsense", "0a0a0a0a-0000-4000-8000-000000000000"])
async def test_an_unknown_case_is_not_found(office, case):
    assert (await office.raise_priority(case=case)).status_code == 404


async def test_a_case_is_found_by_its_id_in_upper_case(office):
    answer = await office.raise_priority(case=office.case.upper())

    assert answer.status_code == 202
    [row] = office.inputs.rows.values()
    assert row.complaint == office.case


@pytest.mark.parametrize("held", [{"reference": True}, {"facts": True}])
async def test_a_reference_names_the_case_where_the_stage_knows_it(office, held):
    reference = reference_of(office.case)
    known = {"reference": reference} if "reference" in held else {"facts": {"reference": reference}}
    office.store.documents[office.case].state.update(known)
    typed = reference.lower().replace("-", "")

    shown = await office.http.get(f"/v1/cases/{typed}", headers=office.bearer())

    assert shown.status_code == 200
    assert shown.json()["complaint_id"] == office.case


async def test_a_command_on_a_case_without_a_key_is_not_found_and_nothing_is_stored(office):
    office.keys.keys.clear()

    answer = await office.raise_priority()

    assert (answer.status_code, answer.json()["slug"]) == (404, "key_missing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert office.inputs.rows == {}


async def test_an_unknown_command_is_not_found(office):
    url = f"/v1/cases/{office.case}/explode"
    answer = await office.http.post(url, json={}, headers=office.bearer("admin"))

    assert answer.status_code == 404


async def test_a_case_is_found_by_its_reference(office):
    answer = await office.raise_priority(case=reference_of(office.case))

    assert answer.status_code == 202


async def test_two_stages_in_one_process_both_take_their_commands(office):
    app = FastAPI()
    install(app)
    for commands in (OTHERS, COMMANDS):
        app.include_router(staff_router(office.door, commands, Settings(token_key=KEY)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://all") as http:
        paths = [f"/v1/cases/{office.case}/{name}" for name in (*OTHERS, *COMMANDS)]
        answers = [(await http.post(path)).status_code for path in paths]

    assert set(answers) == {401}
