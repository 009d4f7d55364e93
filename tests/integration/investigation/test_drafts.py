"""The drafts over HTTP, from sealed evidence: for who may send them, and nobody else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.investigation.drafts import router
from services.investigation.main import parts
from shared.http.problem import install
from shared.http.tokens import issue
from shared.runner.ports import Document
from shared.runner.wiring import open_door
from shared.sealed import seal
from tests.unit.investigation.test_tracing import TXID, stolen

KEY = "0c" * 32


@pytest.fixture
async def case(wiring):
    """A confirmed takeover as the stage keeps it: its evidence is sealed."""
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(KEY)})
    own, name = parts(wiring), str(uuid4())
    open_door(wiring, own)
    await wiring.stores["investigation"].prepare(own.indexes)
    await wiring.keyring.create(name)
    state = stolen().model_copy(update={"sequence": 1})
    for source, piece in state.evidence.items():
        seal(piece, await wiring.keyring.key(name), f"{name}|{source}")
    assert await wiring.stores["investigation"].write([Document(name, state, rev=1)]) == set()
    return name


@pytest.fixture
async def http(wiring, case):
    assert case  # the stage's door is open
    app = FastAPI()
    install(app)
    app.include_router(router(wiring))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://investigation") as client:
        yield client


def bearer(role):
    made = role and issue(KEY, "somebody", role, datetime.now(UTC), timedelta(minutes=5))
    return {"Authorization": f"Bearer {made}"} if made else {}


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 200), ("supervisor", 200), ("auditor", 403), (None, 401)]
)
async def test_who_may_send_them_reads_them(http, case, role, status):
    answer = await http.get(f"/v1/cases/{case}/drafts", headers=bearer(role))

    assert answer.status_code == status
    assert (TXID in answer.text) is (status == 200)


async def test_a_case_that_is_not_there_has_none(http):
    answer = await http.get(f"/v1/cases/{uuid4()}/drafts", headers=bearer("agent"))

    assert answer.status_code == 404


async def test_the_page_shows_them_to_who_signed_in(http, case):
    asked = await http.get(f"/staff/investigation/drafts/{case}")
    shown = await http.get(f"/staff/investigation/drafts/{case}", headers=bearer("agent"))

    assert (asked.status_code, TXID in asked.text) == (401, False)
    assert (shown.status_code, TXID in shown.text) == (200, True)
    assert "Request to preserve and trace: tron, USDT" in shown.text
