"""The sandbox's edges that need no database: the token, the problems, the faults."""

import httpx
import pytest
from pymongo.errors import AutoReconnect

from services.sandbox.faults import Faults
from services.sandbox.mails import Sink
from services.sandbox.main import create_app
from services.sandbox.shapes import Fault


class AwayDatabase:
    """A database that does not answer."""

    async def command(self, *_):
        raise AutoReconnect

    @property
    def mails(self):
        return self

    insert_one = command


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setenv("REDRESS_MONGO", "mongodb://127.0.0.1:1")
    monkeypatch.setenv("REDRESS_EXCHANGE_TOKEN", "right")
    return create_app()


@pytest.fixture
async def client(app):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


@pytest.mark.parametrize("header", [None, "", "right", "Bearer wrong", "Bearer ", "Bearer right2"])
async def test_without_the_right_token_nothing_is_answered_but_401(client, header):
    headers = {} if header is None else {"Authorization": header}

    answer = await client.put("/sandbox/faults", headers=headers, content=b"{not json")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_that_is_not_ascii_is_refused(client):
    answer = await client.get(
        "/v1/assets/BTC", headers={"Authorization": "Bearer é".encode("latin-1")}
    )

    assert answer.status_code == 401


async def test_the_probe_needs_no_token(client):
    assert (await client.get("/livez")).status_code == 200


async def test_the_metrics_are_those_of_the_process(client):
    assert "python_info" in (await client.get("/metrics")).text


async def test_an_invalid_body_names_the_field_and_echoes_nothing(client):
    body = {"path_prefix": "/v1", "times": "canary-value", "canary_name": 1}

    answer = await client.put(
        "/sandbox/faults", headers={"Authorization": "Bearer right"}, json=body
    )

    assert answer.status_code == 422
    assert answer.json()["detail"] == "invalid: times"
    assert "canary" not in answer.text


async def test_a_body_that_is_no_json_is_a_problem(client):
    answer = await client.put(
        "/sandbox/faults", headers={"Authorization": "Bearer right"}, content=b"{" * 5000
    )

    assert answer.status_code == 422
    assert answer.json()["slug"] == "invalid_request"


async def test_an_unknown_path_is_a_problem(client):
    answer = await client.get("/nowhere")

    assert answer.status_code == 404
    assert answer.json()["slug"] == "not_found"


async def test_without_its_database_the_sandbox_is_not_ready_and_says_when_to_come_back(
    app, client
):
    app.state.database = AwayDatabase()

    answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["slug"] == "database_away"


async def test_mail_that_cannot_be_stored_stays_with_its_sender():
    class Envelope:
        mail_from, rcpt_tos, original_content = None, ["a@example.com"], b"Subject: x"

    reply = await Sink(AwayDatabase()).handle_DATA(None, None, Envelope())

    assert reply.startswith("451 ")


def test_a_fault_is_used_up_by_the_requests_below_its_path():
    faults = Faults()
    faults.ask(Fault(path_prefix="/v1/actions", status=503, times=2))

    taken = [
        faults.take(path) is not None
        for path in ("/v1/accounts/u", "/v1/actions/freeze", "/v1/actions/credit", "/v1/actions/k")
    ]

    assert taken == [False, True, True, False]


def test_a_fault_never_keeps_itself_from_being_disarmed():
    faults = Faults()
    faults.ask(Fault(path_prefix="/", status=503, times=1))

    assert faults.take("/sandbox/faults") is None
