"""Webhooks out on real servers: signed, tried again, never elsewhere, and sent again on demand."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from services.notify.outward.cursor import Cursor
from services.notify.outward.delivery import Delivering, owed, signatures
from services.notify.outward.endpoints import Endpoint, Endpoints
from services.notify.outward.reading import TOPICS, placed
from services.notify.outward.schedule import WAITS, wait
from shared.envelope import write
from shared.events.intake import ComplaintReceived
from shared.events.resolution import CaseClosed
from shared.headers import headers
from shared.pipeline import STAGES
from shared.runner.master import MasterKeys
from shared.runner.patience import beside
from shared.runner.ports import Record
from shared.runner.scan import reader
from shared.testing.builders import an_envelope
from tests.serving import served

SOON_S = 15


class Receiver:
    """Somebody else's endpoint: keeps what came, answers what it is told to."""

    def __init__(self):
        self.came, self.status, self.url = [], 200, ""

    async def take(self, request):
        self.came.append((dict(request.headers), await request.body()))
        there = {"location": f"{self.url}/elsewhere"} if self.status == 302 else {}
        return Response(status_code=self.status, headers=there)

    async def until(self, count):
        async with asyncio.timeout(SOON_S):
            while len(self.came) < count:  # noqa: ASYNC110 - another process sends
                await asyncio.sleep(0.02)
        return self.came


@pytest.fixture
async def receiver():
    found = Receiver()
    routes = [Route(path, found.take, methods=["POST"]) for path in ("/hook", "/elsewhere")]
    async with served(Starlette(routes=routes)) as url:
        found.url = url
        yield found


@pytest.fixture
def endpoints(wiring):
    wiring.settings = wiring.settings.model_copy(update={"channels_loopback": True})
    master = MasterKeys(wiring.settings.master_key.get_secret_value())
    return Endpoints(wiring.database, master)


@pytest.fixture
def happened(log):
    async def put(*models):
        ids = []
        for model in models:
            envelope = an_envelope(model).model_copy(update={"id": str(uuid4())})
            topic = STAGES[envelope.stage].topic("events")
            record = Record(topic, b"k", write(envelope), headers(envelope))
            await log.publish([record])
            ids.append(envelope.id)
        return ids

    return put


async def end_of(kafka):
    async with reader(kafka, TOPICS) as consumer:
        return await placed(consumer, None)


@asynccontextmanager
async def at_work(wiring):
    async with beside(Delivering(wiring, look_s=0.2).run()):
        yield


async def row_of(endpoints, event, ready):
    async with asyncio.timeout(SOON_S):
        while not ((row := await endpoints.ledger.find_one({"event": event})) and ready(row)):  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.02)
    return row


async def test_an_event_is_sent_once_signed_and_with_nothing_personal(
    wiring, endpoints, receiver, happened, kafka
):
    url = f"{receiver.url}/hook"
    secret = await endpoints.add("shop", url, ["case-closed", "received"], await end_of(kafka))
    async with at_work(wiring), at_work(wiring):  # two replicas
        first, last = await happened(ComplaintReceived, CaseClosed)
        came = await receiver.until(2)
        await row_of(endpoints, last, lambda row: row.get("done") == "delivered")
        newer = await endpoints.rotate("shop", datetime.now(UTC))
        await asyncio.sleep(0.7)  # the next look at the endpoint
        (third,) = await happened(CaseClosed)
        (told, body) = (await receiver.until(3))[2]

    assert {head["webhook-id"] for head, _ in came} == {first, last, third}
    assert len(receiver.came) == 3
    for head, content in came[:2]:
        Webhook(secret).verify(content, head)
        assert b'"ct"' not in content
        assert {"type", "timestamp", "data"} <= json.loads(content).keys()
    for valid in (secret, newer):
        assert Webhook(valid).verify(body, told)["id"] == third


def test_the_signature_is_that_of_the_specification():
    key, at = b"k" * 32, datetime(2026, 11, 23, tzinfo=UTC)
    signed = f"e1.{int(at.timestamp())}.".encode() + b"{}"
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()

    secret = f"whsec_{base64.b64encode(key).decode()}"
    to = Endpoint("a", "https://a.example", (), (secret, secret), Cursor({}))
    assert signatures(to, "e1", at, b"{}") == f"v1,{expected} v1,{expected}"


@pytest.mark.parametrize("status", [500, 302, 404])
async def test_what_fails_is_tried_again_later_under_the_same_id(
    wiring, endpoints, receiver, happened, kafka, status
):
    receiver.status = status
    await endpoints.add("shop", f"{receiver.url}/hook", [], await end_of(kafka))
    async with at_work(wiring):
        (event,) = await happened(CaseClosed)
        row = await row_of(endpoints, event, lambda row: row["attempts"] == 1)
        receiver.status = 200
        now = {"$set": {"next_at": datetime.now(UTC)}}
        await endpoints.ledger.update_one({"_id": row["_id"]}, now)
        done = await row_of(endpoints, event, lambda row: row.get("done"))

    assert (row["code"], done["done"], done["attempts"]) == (str(status), "delivered", 2)
    assert row["next_at"].replace(tzinfo=UTC) > datetime.now(UTC) - timedelta(seconds=SOON_S)
    assert [head["webhook-id"] for head, _ in receiver.came] == [event, event]


async def test_410_disables_and_a_replay_sends_everything_again(
    wiring, endpoints, receiver, happened, kafka
):
    start = await end_of(kafka)
    await endpoints.add("shop", f"{receiver.url}/hook", [], start)
    async with at_work(wiring):
        first, _ = await happened(CaseClosed, ComplaintReceived)
        await receiver.until(2)
        await row_of(endpoints, first, lambda row: row.get("done"))
        receiver.status = 410
        (gone,) = await happened(CaseClosed)
        await row_of(endpoints, gone, lambda row: row["attempts"] == 1)
        (told,) = await endpoints.listed()
        await happened(CaseClosed)
        receiver.status = 200
        receiver.came.clear()
        await endpoints.replay("shop", start)
        again = {head["webhook-id"] for head, _ in await receiver.until(4)}

    assert (told["state"], told["why"]) == ("disabled", "the endpoint answered 410")
    assert {first, gone} < again


async def test_a_process_that_died_is_followed_by_one_that_goes_on(
    wiring, endpoints, receiver, happened, kafka
):
    await endpoints.add("shop", f"{receiver.url}/hook", [], await end_of(kafka))
    async with at_work(wiring):
        (first,) = await happened(CaseClosed)
        await row_of(endpoints, first, lambda row: row.get("done"))
    (second,) = await happened(CaseClosed)
    async with at_work(wiring):
        await row_of(endpoints, second, lambda row: row.get("done"))

    assert [head["webhook-id"] for head, _ in receiver.came] == [first, second]


async def test_an_address_inside_the_house_is_never_called(
    wiring, endpoints, receiver, happened, kafka
):
    await endpoints.add("shop", f"{receiver.url}/hook", [], await end_of(kafka))
    wiring.settings = wiring.settings.model_copy(update={"channels_loopback": False})
    async with at_work(wiring):
        (event,) = await happened(CaseClosed)
        row = await row_of(endpoints, event, lambda row: row["attempts"] == 1)

    assert row["code"].startswith("forbidden_")
    assert receiver.came == []


async def test_secrets_lie_wrapped_in_the_database(endpoints):
    secret = await endpoints.add("shop", "https://shop.example", [], Cursor({}))
    row = await endpoints.rows.find_one()

    assert base64.b64decode(secret.removeprefix("whsec_")) not in row["secrets"][0]["wrapped"]


async def commanded(wiring, *arguments):
    """The command as a process: exit code and what it said."""
    chosen = wiring.settings
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.cli.main", "webhooks", *arguments),
        env={
            "PATH": os.defpath,
            "REDRESS_KAFKA": chosen.kafka,
            "REDRESS_MONGO": chosen.mongo.get_secret_value(),
            "REDRESS_DATABASE": chosen.database,
            "REDRESS_MASTER_KEY": chosen.master_key.get_secret_value(),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_the_command_takes_public_addresses_alone_and_shows_a_secret_once(wiring, kafka):
    assert wiring.settings.kafka == kafka
    added, secret = await commanded(wiring, "add", "shop", "https://shop.example/hook")
    refused, why = await commanded(wiring, "add", "in", "https://169.254.169.254/")
    listed, row = await commanded(wiring, "list")

    assert (added, secret.startswith("whsec_")) == (0, True)
    assert (refused, why.count("\n")) == (2, 1)
    assert (listed, json.loads(row)["name"]) == (0, "shop")
    assert "whsec" not in row


def test_a_delivery_is_tried_for_three_days_and_then_given_up():
    assert sum(WAITS, timedelta()) > timedelta(days=3)
    assert wait(1, 0.5) == timedelta(seconds=5)
    assert wait(2, 0) == timedelta(minutes=4)
    assert wait(2, 1) == timedelta(minutes=6)
    assert wait(len(WAITS) + 1, 0.5) is None


def test_an_event_too_large_for_a_webhook_comes_without_its_data():
    body = json.loads(write(an_envelope(CaseClosed)))
    body["data"]["long"] = "x" * 30_000
    to = Endpoint("a", "https://a.example", (), (), Cursor({}))

    told = json.loads(owed(to, json.dumps(body).encode(), datetime.now(UTC))["body"])

    assert (told["data"], told["truncated"], told["id"]) == (None, True, body["id"])
