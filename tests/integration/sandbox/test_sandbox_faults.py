"""Faults, mail and probes over real sockets."""

import time
from email.message import EmailMessage
from uuid import uuid4

import aiosmtplib
import httpx
import pytest


async def test_a_status_fault_hits_the_next_requests_alone(sandbox):
    await sandbox.put("/sandbox/faults", path_prefix="/esplora/blocks", status=503, times=2)

    found = [(await sandbox.client.get("/esplora/blocks/tip/height")).status_code for _ in "123"]

    assert found == [503, 503, 200]


async def test_a_delay_fault_answers_late(sandbox):
    await sandbox.put("/sandbox/faults", path_prefix="/v1/assets", delay_s=0.3, times=1)
    started = time.monotonic()

    answer = await sandbox.client.get("/v1/assets/BTC")

    assert answer.status_code == 200
    assert time.monotonic() - started >= 0.3


async def test_a_cut_answer_is_no_answer(sandbox):
    await sandbox.put("/sandbox/faults", path_prefix="/v1/assets", drop_answer=True, times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        await sandbox.client.get("/v1/assets/BTC")


async def test_a_fault_can_be_taken_back(sandbox):
    await sandbox.put("/sandbox/faults", path_prefix="/v1/assets", status=500, times=9)
    await sandbox.put("/sandbox/faults", path_prefix="/v1/assets", times=0)

    assert (await sandbox.client.get("/v1/assets/BTC")).status_code == 200


async def test_a_message_is_shown_to_whom_it_was_sent(sandbox):
    to = f"{uuid4()}@example.com"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.com", to, "Réponse"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("Ihre Beschwerde: gelöst")
    await aiosmtplib.send(message, hostname="127.0.0.1", port=sandbox.smtp_port)

    mails = (await sandbox.client.get("/sandbox/mails", params={"to": to.upper()})).json()["mails"]

    assert [(m["from"], m["to"], m["subject"]) for m in mails] == [
        ("desk@example.com", [to], "Réponse")
    ]
    assert mails[0]["text"].strip() == "Ihre Beschwerde: gelöst"
    assert mails[0]["headers"]["Auto-Submitted"] == "auto-replied"


async def test_ready_means_that_the_database_answers(sandbox):
    assert (await sandbox.client.get("/readyz")).json() == {"status": "ready"}
