"""Letters where it was asked: a real Bot API server, real endpoints, signatures verified."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks import Webhook

from services.notify.channels.answers import Answers
from services.notify.channels.webhook import send
from shared.channels import load
from shared.errors import TransientError, UsageError
from shared.events.personal import ERASED, Personal
from shared.http.tokens import status_token
from shared.runner.due import Claim
from tests.channels import BOT_TOKEN, NEW, accounts, remote
from tests.sites import TOKEN_KEY
from tests.unit.notify.letterbox import decided, desk

COMPLAINT = "5b0e0f4e-3d3f-4b0e-9b2b-7a1c2f3d4e5f"
PUBLIC_URL = "https://redress.example"


class Post:
    """Notify's channels before the servers of others."""

    def __init__(self, accounts_, http, there):
        self.answers = Answers(accounts_, http, TOKEN_KEY, PUBLIC_URL, loopback=True)
        self.there = there

    async def letter(self, channel, thread, kind="acknowledgement", **more):
        """Do the work of one letter to a complaint that came by a channel."""
        box = desk(channel=channel, thread=Personal(thread), contact=None, **more)
        box.told(decided())
        work = "telegram" if channel == "telegram" else "webhook"
        item = next(
            item
            for item in box.state.due.values()
            if item.kind == work and item.arguments["letter_kind"] == kind
        )
        claim = Claim(COMPLAINT, item, box.state, datetime.now(UTC))
        return await getattr(self.answers, work)(claim)

    def sent(self):
        """The last call: its path, headers and decoded body."""
        path, headers, content = self.there.calls[-1]
        return path, headers, json.loads(content)


@pytest.fixture
async def post(tmp_path):
    async with remote() as there, httpx.AsyncClient(trust_env=False) as http:
        path = tmp_path / "accounts.json"
        path.write_text(json.dumps(accounts(there.url, f"{there.url}/hook")))
        yield Post(load(str(path), loopback=True), http, there)


async def test_a_letter_is_sent_to_the_chat_with_the_private_link(post):
    done = await post.letter("telegram", "bot/77", "decision")
    path, _, body = post.sent()

    assert (done.status, done.channel, done.problem) == ("sent", "telegram", None)
    assert path == f"/bot{BOT_TOKEN}/sendMessage"
    assert body["chat_id"] == "77"
    assert "[RD-TEST]" in body["text"]
    assert f"{PUBLIC_URL}/status/{status_token(TOKEN_KEY, COMPLAINT)}" in body["text"]


@pytest.mark.parametrize("status", [400, 403])
async def test_a_chat_that_is_gone_refuses_for_good(post, status):
    post.there.says = [(status, {"ok": False, "description": "bot was blocked by the user"})]
    done = await post.letter("telegram", "bot/77")

    assert (done.status, done.problem) == ("refused", f"telegram_{status}")


async def test_told_to_wait_the_bot_is_silent_in_every_chat(post):
    post.there.says = [(429, {"ok": False, "parameters": {"retry_after": 30}})]
    for chat in ("bot/77", "bot/78"):
        with pytest.raises(TransientError):
            await post.letter("telegram", chat)

    assert len(post.there.calls) == 1


@pytest.mark.parametrize("status", [401, 404, 500, 502])
async def test_whatever_else_telegram_says_is_tried_again_without_the_token_in_words(post, status):
    post.there.says = [(status, {})]
    with pytest.raises(TransientError) as error:
        await post.letter("telegram", "bot/77")

    assert BOT_TOKEN not in f"{error.value!r}"


async def test_a_server_that_is_away_is_tried_again(post, nowhere):
    account = post.answers.accounts["bot"].model_copy(update={"api_url": f"http://{nowhere}"})
    post.answers.accounts = {"bot": account}
    with pytest.raises(TransientError) as error:
        await post.letter("telegram", "bot/77")

    assert error.value.__cause__ is None


async def test_an_answer_to_a_chat_is_signed_and_named_by_its_letter(post):
    done = await post.letter("in_app", "app/chat/7", "decision")
    path, headers, body = post.sent()

    assert (path, done.status, done.channel) == ("/hook", "sent", "webhook")
    Webhook(NEW).verify(post.there.calls[-1][2], headers)
    assert headers["webhook-id"] == done.letter_id
    assert "." not in headers["webhook-id"]
    assert body["type"] == "message.answered"
    assert (body["data"]["thread"], body["data"]["kind"]) == ("chat/7", "decision")
    assert body["data"]["status_url"] in body["data"]["text"]


@pytest.mark.parametrize("channel", ["social", "forum"])
async def test_in_public_there_is_no_word_of_the_case(post, channel):
    account = {"social": "network", "forum": "board"}[channel]
    done = await post.letter(channel, f"{account}/post-1", language_hint="fr", user_id="10042")
    _, _, body = post.sent()

    assert done.status == "sent"
    assert body["type"] == "post.answered"
    assert sorted(body["data"]) == ["language", "text", "thread"]
    assert "/complain" in body["data"]["text"]
    assert not any(word in json.dumps(body) for word in ("RD-TEST", "10042", "status/", COMPLAINT))


def test_the_decision_never_goes_to_a_public_channel():
    box = desk(channel="social", thread=Personal("network/post-1")).told(decided())
    by_kind = {letter.kind: letter.channels for letter in box.letters()}

    assert by_kind["acknowledgement"] == ("inbox", "email", "webhook")
    assert by_kind["decision"] == ("inbox", "email")


async def test_an_account_that_became_another_kind_gets_nothing(post):
    done = await post.letter("in_app", "network/post-1", "decision")

    assert (done.status, done.problem) == ("refused", "no_account")
    assert post.there.calls == []


@pytest.mark.parametrize("thread", ["gone/1", "no place", ERASED])
async def test_a_thread_that_leads_nowhere_is_refused(post, thread):
    assert (await post.letter("in_app", thread)).problem == "no_account"


async def test_410_ends_it(post):
    post.there.says = [(410, {})]

    assert (await post.letter("in_app", "app/1")).problem == "webhook_410"


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
async def test_all_else_is_tried_again_and_no_redirect_followed(post, status):
    post.there.says = [(status, {})]
    with pytest.raises(TransientError):
        await post.letter("in_app", "app/1")

    assert len(post.there.calls) == 1


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:9/hook", "forbidden_scheme"),
        ("https://[::ffff:127.0.0.1]/hook", "forbidden_address"),
        ("https://localhost/hook", "forbidden_address"),
        ("https://0x7f.1/hook", "forbidden_address"),
        (None, "no_answer_url"),
    ],
)
async def test_an_inner_address_is_refused_when_it_is_sent_to(post, url, problem):
    account = post.answers.accounts["app"].model_copy(update={"answer_url": url})
    with pytest.raises(Exception, match=problem):
        await send(account, "1", {}, datetime.now(UTC), loopback=False)


@pytest.mark.parametrize(
    "change",
    [
        {"answer_url": "http://internal.example/hook"},
        {"answer_url": "https://10.0.0.1/hook"},
        {"secrets": [{"secret": "whsec_%%%%%%%%%%%"}]},
        {"secrets": [{"secret": "whsec_dG9vIHNob3J0"}]},
        {"secrets": [{"secret": "b2xkLXNlY3JldC1vZi10aGUtYXBw"}]},
        {"secrets": []},
        {"kind": "pigeon"},
        {"colour": "red"},
    ],
)
def test_a_file_of_accounts_that_is_wrong_stops_the_start_and_shows_no_secret(tmp_path, change):
    path = tmp_path / "accounts.json"
    app = {**accounts("https://api.telegram.org", "https://example.com/hook")["app"], **change}
    path.write_text(json.dumps({"app": app}))
    with pytest.raises(UsageError) as error:
        load(str(path), loopback=False)

    assert "whsec_" not in str(error.value).replace("whsec_…", "")


def test_without_a_file_there_are_no_accounts_and_a_missing_one_is_named():
    assert load("", loopback=False) == {}
    with pytest.raises(UsageError):
        load("/nowhere/accounts.json", loopback=False)
