"""Channels at the door, over real HTTP and a real MongoDB: joined, opened, kept, once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.state import SATISFIED
from shared.runner.keys import Keyring
from tests.channels import BOT_SECRET, line, post, signed, update
from tests.integration.intake.doors import APP, door

__all__ = ["door"]
POSTS = "/v1/channels/network/posts"
PROOF = {"file_id": "proof.pdf", "file_unique_id": "u", "file_name": "proof.pdf", "file_size": 5}
GROUP = {"id": -1001, "title": "Traders", "type": "supergroup"}


async def test_a_chat_line_opens_a_complaint(door):
    sent = line(
        "Where is my deposit?\nIt was 0.5 BTC.",
        thread="chat/7",
        contact_email="mei@customers.example",
        user_id="10042",
        amount="0.5",
        language="es",
    )
    answer = await door.webhook(sent)
    body, facts = answer.json(), await door.facts()

    assert answer.status_code == 202
    assert body["status_url"].startswith(
        f"https://redress.example/v1/complaints/{body['complaint_id']}?token="
    )
    assert (facts.channel, facts.thread.text, facts.reference) == (
        "in_app",
        "app/chat/7",
        body["reference"],
    )
    assert (facts.subject.text, facts.contact.text) == (
        "Where is my deposit?",
        "mei@customers.example",
    )
    assert (facts.user_id, str(facts.amount), facts.language_hint) == ("10042", "0.5", "es")


async def test_an_unknown_type_is_kept_as_it_came_and_opens_nothing(door):
    sent = signed({"type": "customer.typing", "data": {"thread": "1"}})
    first, again = [await door.http.post(APP, **sent) for _ in range(2)]
    rows = [row async for row in door.wiring.database["intake_set_aside"].find()]

    assert (first.status_code, again.status_code) == (202, 200)
    assert await door.count("intake_inputs") == 0
    assert [row["reason"] for row in rows] == ["customer.typing"]
    assert await door.desk.files.read(rows[0]["_id"], rows[0]["raw"], "raw") == sent["content"]


async def test_an_account_speaks_on_its_own_route_only(door):
    nobody = "/v1/channels/nobody/messages"

    assert (await door.webhook(post("hello"), "/v1/channels/app/posts")).status_code == 401
    assert (await door.webhook(line("hello"), nobody)).status_code == 401
    assert (await door.webhook(line("hello"), "/v1/channels/network/messages")).status_code == 401
    assert (await door.webhook(line("hello"), "/v1/channels/bot/messages")).status_code == 401


async def test_lines_of_one_conversation_join_and_only_those(door):
    answers = [
        (await door.webhook(line(text, thread))).json()["complaint_id"]
        for thread, text in (("a", "one"), ("a", "two"), ("b", "three"), ("a", "four"))
    ]
    kinds = [type(event.data).__name__ for event in await door.inputs()]

    assert answers[0] == answers[1] == answers[3] != answers[2]
    assert sorted(kinds) == ["ComplaintSubmitted"] * 2 + ["MessageSubmitted"] * 2


async def test_first_lines_that_come_at_once_open_one_complaint(door):
    async def told(number):
        while True:
            sent = await door.webhook(line(f"line {number}"), id_=f"msg_{number}")
            if sent.status_code != 503:
                return sent.json()["complaint_id"]
            await asyncio.sleep(0.05)

    found = await asyncio.gather(*(told(number) for number in range(8)))

    assert len(set(found)) == 1
    assert await door.count("intake_inputs") == 8


async def test_a_claim_that_stored_nothing_is_taken_over(door):
    await door.webhook(line("hello"))
    threads = door.wiring.database["intake_threads"]
    lost = {"opener": "00000000-0000-5000-8000-000000000000", "at": datetime.now(UTC)}
    await threads.update_one({}, {"$set": lost, "$unset": {"complaint": ""}})
    waiting = await door.webhook(line("again"))
    await threads.update_one({}, {"$set": {"at": lost["at"] - timedelta(minutes=1)}})
    taken = await door.webhook(line("again"))

    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2")
    assert taken.status_code == 202
    assert await door.count("intake_inputs") == 2


@pytest.mark.parametrize("how", ["settled", "erased", "silent"])
async def test_after_the_end_a_line_opens_a_new_complaint(door, how):
    first = (await door.webhook(line("hello"))).json()["complaint_id"]
    if how == "settled":
        await door.folded(first, done=(SATISFIED,))
    if how == "erased":
        keys = door.wiring.client[door.wiring.settings.keys_database]["keys"]
        await keys.update_one({"_id": first}, {"$unset": {"wrapped": ""}})
        door.desk.door.keyring = Keyring(door.wiring.keyring.store)
    if how == "silent":
        past = datetime.now(UTC) - timedelta(days=120)
        await door.wiring.database["intake_threads"].update_one({}, {"$set": {"at": past}})
    second = (await door.webhook(line("once more"))).json()["complaint_id"]

    assert second != first
    assert (await door.webhook(line("and more"))).json()["complaint_id"] == second


async def test_a_telegram_update_delivered_three_times_is_one_complaint(door):
    door.bot_api.files["proof.pdf"] = b"proof"
    sent = update(5, "", document=PROOF, caption="My deposit")
    answers = [await door.telegram(sent) for _ in range(3)]
    facts = await door.facts()

    assert [a.status_code for a in answers] == [200] * 3
    assert (facts.channel, facts.thread.text, facts.subject.text) == (
        "telegram",
        "bot/77",
        "My deposit",
    )
    assert "[document: proof.pdf, 5 bytes, file id proof.pdf]" in facts.description.text
    assert [a.size for a in facts.attachments] == [5]
    assert len(door.bot_api.calls) == 2


async def test_a_file_that_telegram_does_not_give_holds_nothing_up(door):
    answer = await door.telegram(update(5, "", document=PROOF))
    facts = await door.facts()

    assert answer.status_code == 200
    assert facts.attachments == ()
    assert "proof.pdf" in facts.description.text


async def test_what_is_said_later_in_the_chat_joins_edits_too(door):
    edited = {"update_id": 7, "edited_message": update(5, "0.6 BTC, sorry")["message"]}
    found = [await door.telegram(u) for u in (update(5), update(6, "and?"), edited)]

    assert len({answer.json()["complaint_id"] for answer in found}) == 1
    assert await door.count("intake_inputs") == 3


async def test_in_a_group_the_way_to_private_is_said_and_no_more(door):
    entities = [{"type": "mention", "offset": 0, "length": 11}]
    words = "@RedressBot user 10042, my 0.5 BTC are gone"
    answer = (await door.telegram(update(5, words, chat=GROUP, entities=entities))).json()

    assert (answer["method"], answer["chat_id"]) == ("sendMessage", -1001)
    assert answer["reply_parameters"] == {"message_id": 5}
    assert "https://t.me/RedressBot" in answer["text"]
    assert "impostores" in answer["text"]
    assert not any(word in answer["text"] for word in ("10042", "0.5", "RD-"))
    assert (await door.count("intake_inputs"), await door.count("intake_set_aside")) == (0, 1)


async def test_what_strangers_say_in_a_group_is_not_kept(door):
    answer = await door.telegram(update(5, "hello all", chat=GROUP))

    assert (answer.status_code, answer.json()) == (200, {})
    assert (await door.count("intake_inputs"), await door.count("intake_set_aside")) == (0, 0)


async def test_a_greeting_is_answered_and_opens_nothing(door):
    answer = (await door.telegram(update(5, "/start"))).json()

    assert "frases semilla" in " ".join(answer["text"].split())
    assert await door.count("intake_inputs") == 0


async def test_an_update_of_another_kind_is_kept(door):
    assert (await door.telegram({"update_id": 5, "my_chat_member": {}})).status_code == 202
    assert await door.count("intake_set_aside") == 1


@pytest.mark.parametrize("secret", ["", "wrong", BOT_SECRET + "x"])
async def test_without_the_bots_secret_it_is_401(door, secret):
    assert (await door.telegram(update(5), secret)).status_code == 401
    assert await door.count("intake_inputs") == 0


async def test_a_post_opens_its_authors_complaint_and_shows_no_private_link(door):
    answer = await door.webhook(post("My deposit is lost", url="https://x.example/1"), POSTS)
    facts = await door.facts()

    assert answer.status_code == 202
    assert "status_url" not in answer.json()
    assert (facts.channel, facts.thread.text) == ("social", "network/post-1")
    assert facts.description.text == "My deposit is lost\n\n@mei, https://x.example/1"


async def test_who_else_writes_below_a_post_does_not_join_it(door):
    mei, other, more = [
        (await door.webhook(post("here", author), POSTS)).json()["complaint_id"]
        for author in ("@mei", "@other", "@mei")
    ]

    assert mei == more != other
