"""For whom a signed webhook vouches."""

from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from services.intake.channels.webhooks import Webhooks
from services.intake.desk import Receipt
from shared.channels import Account
from tests.channels import NEW, line, signed

COMPLAINT = "7d9f6c1e-2f0a-4a52-9b7e-0c8f3f1a2b3c"


@dataclass
class Kept:
    """Keeps what was handed in."""

    messages: list = field(default_factory=list)

    async def receive(self, message, _talk):
        self.messages.append(message)
        return Receipt(COMPLAINT, opened=True, replayed=False)


@pytest.mark.parametrize(
    ("kind", "said", "actor"),
    [
        ("in_app", {"user_id": "u1"}, "account:u1"),
        ("in_app", {}, "customer"),
        ("in_app", {"contact_email": "mia@example.com"}, "customer"),
        ("messenger", {"user_id": "u1"}, "customer"),
    ],
)
async def test_the_app_alone_vouches_for_the_user_who_is_signed_in(kind, said, actor):
    account = Account.model_validate({"kind": kind, "secrets": [{"secret": NEW}]})
    kept, app = Kept(), FastAPI()
    hooks = Webhooks({"app": account}, kept, None, "00" * 32, "https://redress.example")
    app.add_api_route("/{account}", hooks.messages, methods=["POST"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress.example") as http:
        answer = await http.post("/app", **signed(line("Where is it?", **said)))

    assert answer.status_code == 202
    assert [message.actor for message in kept.messages] == [actor]
