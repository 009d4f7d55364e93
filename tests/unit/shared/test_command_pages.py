"""The forms of staff commands: who sees which, what they do, and how a refusal is said."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from services.triage.api import COMMANDS
from services.triage.decide import DECIDER
from services.triage.offers import OFFERS
from shared.envelope import read
from shared.http.problem import install
from shared.http.tokens import issue
from shared.pages.staff import COOKIE
from shared.pipeline import STAGES
from shared.runner.app import StageParts
from shared.runner.command_pages import command_pages
from shared.settings import Settings
from tests.unit.shared.test_staff import KEY, Office

URGENT = {"priority": "P2", "reason": "money-stuck", "seen": "3"}


class Desk(Office):
    """The same case, by its forms and a cookie."""

    def __init__(self):
        super().__init__()
        app = FastAPI()
        install(app)
        wiring = SimpleNamespace(settings=Settings(token_key=KEY), doors={"triage": self.door})
        parts = StageParts(STAGES["triage"], DECIDER, commands=COMMANDS, offers=OFFERS)
        app.include_router(command_pages(wiring, parts))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.forms = httpx.AsyncClient(transport=transport, base_url="http://triage")
        self.place = f"/staff/triage/cases/{self.case}"

    def cookie(self, role="agent"):
        now = datetime.now(UTC)
        token = issue(KEY, "agent-en-1", role, now, timedelta(minutes=5))
        return {"Cookie": f"{COOKIE}={token}"}

    async def fill(self, command="set-priority", role="agent", headers=(), **form):
        every = {**self.cookie(role), **dict(headers)} if role else dict(headers)
        return await self.forms.post(
            f"{self.place}/{command}", data={**URGENT, **form}, headers=every
        )


@pytest.fixture
async def desk():
    made = Desk()
    await made.open_case()
    yield made
    await made.http.aclose()
    await made.forms.aclose()


async def test_a_form_gives_the_command_with_who_gave_it_and_what_they_saw(desk):
    answer = await desk.fill()

    [row] = desk.inputs.rows.values()
    envelope = read(row.value, [])
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/cases/{desk.case}?after={envelope.id}"
    assert (envelope.data.staff, envelope.data.expected_sequence) == ("agent-en-1", 3)
    assert (envelope.data.priority, envelope.data.roles) == ("P2", ("agent",))


async def test_a_form_of_an_old_page_is_told_kindly_and_nothing_is_done(desk):
    answer = await desk.fill(seen="2")

    assert answer.status_code == 409
    assert "moved on" in answer.text
    assert f'href="/cases/{desk.case}"' in answer.text
    assert "money-stuck" in answer.text  # what was written is not lost
    assert desk.inputs.rows == {}


async def test_a_refusal_is_said_in_words(desk):
    answer = await desk.fill(priority="P4")

    assert answer.status_code == 422
    assert "A supervisor may do this." in answer.text
    assert desk.inputs.rows == {}


async def test_a_field_that_is_wrong_is_named(desk):
    answer = await desk.fill(reason="Because I say so")

    assert answer.status_code == 422
    assert "<code>reason</code>" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_of_another_site_is_refused(desk, site):
    answer = await desk.fill(headers=(("Sec-Fetch-Site", site),))

    assert (answer.status_code, answer.json()["slug"]) == (403, "another_site")
    assert desk.inputs.rows == {}


async def test_without_a_cookie_the_page_asks_for_one_and_leads_back_to_the_case(desk):
    for answer in (await desk.fill(role=None), await desk.forms.get(desk.place)):
        assert answer.status_code == 401
        assert f'value="/cases/{desk.case}"' in answer.text
    assert desk.inputs.rows == {}


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("agent", ["assign", "set-priority", "category", "conflict", "merge"]),
        ("supervisor", ["assign", "set-priority", "category", "conflict", "merge"]),
        ("auditor", []),
    ],
)
async def test_the_role_decides_which_forms_are_there(desk, role, offered):
    answer = await desk.forms.get(desk.place, headers=desk.cookie(role))

    found = {name for name in COMMANDS if f'{desk.place}/{name}"' in answer.text}
    assert found == set(offered)


async def test_a_role_that_may_not_give_a_command_cannot_by_its_form(desk):
    answer = await desk.fill(role="auditor")

    assert answer.status_code == 403
    assert "Your role does not allow this." in answer.text
    assert desk.inputs.rows == {}


async def test_a_script_gets_a_piece_and_the_form_holds_what_the_page_was_built_with(desk):
    headers = {**desk.cookie(), "HX-Request": "true"}
    piece = await desk.forms.get(f"{desk.place}?seen=2", headers=headers)
    whole = await desk.forms.get(desk.place, headers=desk.cookie())

    assert "<html" not in piece.text
    assert 'name="seen" value="2"' in piece.text
    assert 'name="seen" value="3"' in whole.text
    assert "script-src 'self'" in whole.headers["content-security-policy"]


async def test_a_case_that_the_stage_does_not_know_yet_offers_nothing(desk):
    place = f"/staff/triage/cases/{uuid.uuid4()}"
    answer = await desk.forms.get(place, headers=desk.cookie())

    assert answer.status_code == 200
    assert "<form" not in answer.text
