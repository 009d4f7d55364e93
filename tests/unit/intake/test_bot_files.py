"""Files of a bot: asked for again while Telegram is away, and given up where there is none."""

import httpx
import pytest
from pydantic import SecretStr

from services.intake.channels.bot_files import BotFiles
from services.intake.channels.updates import Attached
from shared.channels import Account
from tests.channels import BOT_SECRET, BOT_TOKEN

PROOF = Attached("document", "proof", "proof.pdf", 5)
ACCOUNT = Account.model_validate(
    {
        "kind": "telegram",
        "secrets": [{"secret": BOT_SECRET}],
        "token": SecretStr(BOT_TOKEN),
        "api_url": "https://bots.example",
    }
)


class Bots:
    """A Bot API that says each of `troubles` once before it answers."""

    def __init__(self, *troubles):
        self.troubles, self.asked = list(troubles), 0

    def __call__(self, request):
        self.asked += 1
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return httpx.Response(trouble, json={"ok": False})
        if request.url.path.endswith("/getFile"):
            return httpx.Response(200, json={"ok": True, "result": {"file_path": "documents/p"}})
        return httpx.Response(200, content=b"proof")


async def fetched(bots):
    async with httpx.AsyncClient(transport=httpx.MockTransport(bots)) as http:
        return await BotFiles(http).fetch(ACCOUNT, [PROOF])


@pytest.mark.parametrize(
    "troubles",
    [(503,), (500, 429), (httpx.ConnectError("away"),), (httpx.ReadTimeout("slow"), 502)],
)
async def test_a_server_that_is_away_for_a_moment_gives_the_file_after_all(troubles):
    (file,) = await fetched(Bots(*troubles))

    assert (file.name, file.content) == ("proof.pdf", b"proof")


@pytest.mark.parametrize("status", [400, 404])
async def test_a_file_that_is_not_there_is_asked_for_once(status):
    bots = Bots(status)

    assert await fetched(bots) == ()
    assert bots.asked == 1


async def test_a_server_that_stays_away_holds_the_message_up_for_seconds_only():
    bots = Bots(*[503] * 99)

    assert await fetched(bots) == ()
    assert bots.asked == 4
