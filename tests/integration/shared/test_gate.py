"""The gate over real HTTP: a provider that publishes keys, a real MongoDB, a real server."""

import asyncio
import base64
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.api import router
from services.intake.linking.api import COMMANDS
from services.intake.parts import parts
from services.intake.state import IntakeState
from shared.http.gate import Gate
from shared.http.problem import install
from shared.http.tokens import issue, status_token
from shared.runner.api_keys import MongoApiKeys
from shared.runner.cases import cases_router
from shared.runner.gate import rules
from shared.runner.ports import Document
from shared.runner.staff import staff_router
from shared.runner.wiring import open_door
from tests.provider import AUDIENCE, ISSUER, Provider
from tests.serving import served

KEY = "0d" * 32
HOUR = timedelta(hours=1)
CASE = "0a0a0a0a-0000-4000-8000-00000000c0de"
CASES = f"/v1/cases/{CASE}"
COMPLAINT = {"subject": "Deposit", "description": "It has not arrived."}
PROVIDER = Provider()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def behind_gate(wiring, jwks_url, **settings):
    """Intake's routes and staff commands, as its service serves them."""
    wiring.settings = wiring.settings.model_copy(
        update={
            "token_key": SecretStr(KEY),
            "oidc_issuer": ISSUER,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": jwks_url,
            **settings,
        }
    )
    door = open_door(wiring, parts(wiring))
    app = FastAPI()
    app.add_middleware(Gate, rules=rules(wiring))
    install(app)
    app.include_router(router(wiring))
    app.include_router(cases_router((door,), wiring.settings))
    app.include_router(staff_router(door, COMMANDS, wiring.settings))
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
        yield http


@pytest.fixture
async def provider():
    PROVIDER.asked, PROVIDER.away = 0, False
    async with served(PROVIDER.app()) as url:
        yield f"{url}/keys"


@pytest.fixture
async def http(wiring, provider):
    async with behind_gate(wiring, provider) as client:
        yield client


@pytest.fixture
def keys(wiring):
    return MongoApiKeys(wiring.database)


async def made(keys, *roles, lifetime=HOUR):
    return await keys.create("a program", roles or ("submitter",), datetime.now(UTC), lifetime)


def is_401(answer, token=""):
    assert (answer.status_code, answer.json()["slug"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="redress"')
    assert not token or token not in answer.text
    return True


@pytest.mark.parametrize("make", [PROVIDER.token, PROVIDER.by_ec])
async def test_a_good_token_of_the_provider_opens_the_route(http, make):
    assert (await http.get(CASES, headers=bearer(make()))).status_code == 404
    token = make(roles="agent auditor", nbf=None)
    assert (await http.get(CASES, headers=bearer(token))).status_code == 404


@pytest.mark.parametrize("token", ["{nested}.e30.x", "e30.{nested}.x", "e30.e30.{nested}"])
async def test_a_token_nested_deeper_than_anything_is_401(http, token):
    nested = base64.urlsafe_b64encode(b"[" * 4500).decode().rstrip("=")
    assert is_401(await http.get(CASES, headers=bearer(token.format(nested=nested))))


async def test_a_subject_of_the_provider_is_never_one_of_ours(http, wiring):
    headers = bearer(PROVIDER.token(sub="agent-en-1", roles=["submitter"]))

    await http.post("/v1/complaints", json=COMPLAINT, headers=headers)

    row = await wiring.database["intake_inputs"].find_one({})
    assert b'"submitter:oidc:agent-en-1"' in bytes(row["value"])


async def test_an_api_key_opens_what_its_roles_allow(http, keys):
    _, agent = await made(keys, "agent")
    _, submitter = await made(keys, "submitter")

    assert (await http.get(CASES, headers=bearer(agent))).status_code == 404
    assert (await http.get(CASES, headers=bearer(submitter))).status_code == 403
    answer = await http.post("/v1/complaints", json=COMPLAINT, headers=bearer(submitter))
    assert answer.status_code == 202


async def test_an_api_key_that_is_not_good_is_401(http, keys):
    key, good = await made(keys, "agent")
    _, late = await made(keys, "agent", lifetime=-HOUR)
    other, gone = await made(keys, "agent")
    assert await keys.revoke(other.id, datetime.now(UTC))
    wrong = good[:-2] + ("AA" if good[-2:] != "AA" else "BB")
    foreign = f"rdk_{key.id}_{gone.rpartition('_')[2]}"

    for token in (late, gone, wrong, foreign, f"rdk_{key.id}_", "rdk_", "rdk_$ne_x", good + "A"):
        assert is_401(await http.get(CASES, headers=bearer(token)), token)

    assert not await keys.revoke(other.id, datetime.now(UTC))


async def test_no_secret_of_a_key_is_kept(keys, wiring):
    _, text = await made(keys)

    kept = str(await wiring.database["api_keys"].find_one({}))

    assert text not in kept
    assert text.split("_", 2)[2] not in kept


async def test_anothers_complaint_is_not_found(http, keys, wiring):
    own, token = await made(keys)
    _, strangers = await made(keys)
    case, other = str(uuid.uuid4()), str(uuid.uuid4())
    for complaint in (case, other):
        await wiring.keyring.create(complaint)
    state = IntakeState(reference="R", submitter=f"submitter:key:{own.id}")
    await wiring.stores["intake"].write([Document(case, state, rev=1)])
    url, body = f"/v1/complaints/{case}/messages", {"text": "more"}
    link = status_token(KEY, case)

    async def status(**sent):
        return (await http.post(url, json=body, **sent)).status_code

    assert await status(headers=bearer(token)) == 202
    assert await status(params={"token": link}) == 202
    assert await status(headers=bearer(strangers)) == 404
    assert await status(headers=bearer(PROVIDER.token(roles=["submitter"], sub=own.id))) == 404
    assert await status() == 404
    for forged in (
        status_token(KEY, other),
        status_token("0e" * 32, case),
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link[:22] + status_token(KEY, other)[22:],
    ):
        assert await status(params={"token": forged}) == 404


@pytest.mark.parametrize(
    ("header", "written"),
    [("x-forwarded-for", "6.6.6.6, {}"), ("forwarded", 'for=6.6.6.6, for="{}";proto=https')],
)
async def test_behind_a_trusted_proxy_each_client_has_its_own(wiring, provider, header, written):
    slow = {"writes_per_s": 0.01, "writes_at_once": 1}
    trusted = {"trusted_proxies": "127.0.0.0/8", "proxy_header": header}
    async with behind_gate(wiring, provider, **slow, **trusted) as http:

        async def status(client, **more):
            headers = {header: written.format(client), **more}
            return (await http.post("/v1/complaints", json=COMPLAINT, headers=headers)).status_code

        assert await status("203.0.113.1") == 202
        assert await status("203.0.113.1") == 429
        assert await status("203.0.113.2") == 202
        token = bearer(issue(KEY, "mia", "submitter", datetime.now(UTC), HOUR))
        assert await status("203.0.113.3", **token) == 202
        assert await status("203.0.113.4", **token) == 429


async def test_the_provider_is_asked_once_for_many_tokens_and_for_made_up_ids(http):
    good = [http.get(CASES, headers=bearer(PROVIDER.token())) for _ in range(20)]
    made_up = [
        http.get(CASES, headers=bearer(PROVIDER.token({"kid": f"no-{n}"}))) for n in range(20)
    ]

    statuses = [answer.status_code for answer in await asyncio.gather(*good, *made_up)]

    assert statuses == [404] * 20 + [401] * 20
    assert PROVIDER.asked == 1


async def test_while_the_provider_was_never_reached_nobody_is_turned_away_for_good(http):
    PROVIDER.away = True
    answer = await http.get(CASES, headers=bearer(PROVIDER.token()))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    own = bearer(issue(KEY, "mia", "agent", datetime.now(UTC), HOUR))
    assert (await http.get(CASES, headers=own)).status_code == 404
