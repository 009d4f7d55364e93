import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from shared.errors import TransientError, UsageError
from shared.http.errors import ProblemError
from shared.http.problem import faults, install

CANARY = "canary-7261"


class Body(BaseModel):
    number: int


@pytest.fixture
def app():
    made = FastAPI()
    install(made)
    raised = {
        "problem": ProblemError(409, "refused", rule="already-rated"),
        "http": HTTPException(403, CANARY, {"X-More": "1"}),
        "transient": TransientError(CANARY),
        "usage": UsageError(CANARY),
        "gone": ClientDisconnect(),
        "fault": KeyError(CANARY),
    }

    @made.get("/raise/{name}")
    async def raise_it(name: str):
        raise raised[name]

    @made.post("/number")
    async def number(body: Body):
        return body

    return made


async def ask(app, method, path, **more):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        return await client.request(method, path, **more)


@pytest.mark.parametrize(
    ("name", "status", "slug"),
    [
        ("problem", 409, "refused"),
        ("http", 403, "forbidden"),
        ("transient", 503, "try_again"),
        ("usage", 422, "cannot_be_done"),
        ("gone", 400, "client_gone"),
        ("fault", 500, "fault"),
    ],
)
async def test_every_failure_has_the_one_shape_and_no_input(app, name, status, slug):
    answer = await ask(app, "GET", f"/raise/{name}")
    body = answer.json()
    assert (answer.status_code, body["status"], body["slug"]) == (status, status, slug)
    assert body["type"] == f"urn:redress:problem:{slug}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert CANARY not in answer.text


async def test_a_rule_is_named(app):
    assert (await ask(app, "GET", "/raise/problem")).json()["rule"] == "already-rated"


async def test_headers_of_an_error_are_kept(app):
    assert (await ask(app, "GET", "/raise/http")).headers["x-more"] == "1"


async def test_a_server_that_is_away_says_when_to_come_back(app):
    assert int((await ask(app, "GET", "/raise/transient")).headers["retry-after"]) > 0


async def test_an_invalid_body_names_the_field_and_not_its_value(app):
    answer = await ask(app, "POST", "/number", json={"number": CANARY})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "body.number", "rule": "int_parsing"}]
    assert CANARY not in answer.text


async def test_unknown_routes_and_methods_are_problems_too(app):
    assert (await ask(app, "GET", "/nowhere")).json()["slug"] == "not_found"
    answer = await ask(app, "DELETE", "/number")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("name", ["<script>", "x" * 65, "a\nb", ""])
def test_a_made_up_field_name_that_is_not_plain_is_not_shown(name):
    assert faults([{"loc": (name,), "type": "extra_forbidden"}])[0]["field"] == "(unprintable)"
