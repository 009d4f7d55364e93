"""Letters by mail, against a real SMTP server in this process."""

import asyncio
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from services.notify.work import Post, work
from shared.errors import TransientError
from shared.events.personal import Personal
from shared.http.tokens import complaint_of
from shared.runner.due import Claim
from shared.runner.wiring import wire
from shared.settings import Settings
from shared.testing.scenario import COMPLAINT, START
from tests.serving import free_port
from tests.unit.notify.letterbox import desk

TOKEN_KEY = "0b" * 32
MASTER_KEY = "a2V5" * 10 + "a2U="


class Mailbox:
    """Takes mail, or answers RCPT with `answer`."""

    def __init__(self):
        self.answer = "250 OK"
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture(scope="module")
def server():
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailbox(server):
    server.handler.mails.clear()
    server.handler.answer = "250 OK"
    return server.handler


def settings(url):
    return Settings(
        smtp_url=url,
        public_url="https://redress.example",
        token_key=SecretStr(TOKEN_KEY),
        master_key=SecretStr(MASTER_KEY),
    )


def post(server):
    return Post(settings(f"smtp://127.0.0.1:{server.port}"))


def words(mail, form="plain"):
    return mail.get_body((form,)).get_content()


def claim(kind="email", **more):
    box = desk(**more)
    item = next(item for item in box.state.due.values() if item.kind == kind)
    return Claim(COMPLAINT, item, box.state, START)


async def test_a_letter_arrives_marked_as_automatic_with_a_message_id_of_its_own(server, mailbox):
    one = claim()
    result = await post(server).deliver(one)
    again = await post(server).deliver(one)
    (envelope, mail), (_, second) = mailbox.mails
    letter = next(iter(one.state.letters.values()))

    assert (result.status, result.put_by) == ("sent", one.item.event)
    assert result == again
    assert envelope.mail_from == "<>"
    assert envelope.rcpt_tos == ["mei@customers.example"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Message-ID"] == second["Message-ID"] == f"<{letter.letter_id}@redress.example>"
    assert mail["Subject"] == "[RD-TEST] We received your complaint"
    assert mail["Date"] is not None


async def test_a_letter_to_a_mail_stands_below_it_and_leads_the_answer_back(server, mailbox):
    told = settings(f"smtp://127.0.0.1:{server.port}")
    told = told.model_copy(update={"mail_addresses": "help@redress.example"})
    asked = {"channel": "email", "thread": Personal("<1@customers.example>")}
    await Post(told).deliver(claim(**asked))
    await post(server).deliver(claim(**asked | {"thread": Personal("<a> <b>\r\nBcc: x@y.z")}))
    (_, mail), (_, hostile) = mailbox.mails

    assert mail["In-Reply-To"] == "<1@customers.example>"
    assert mail["References"].split() == ["<1@customers.example>", f"<{COMPLAINT}@redress.example>"]
    assert mail["Reply-To"] == "help+rd-test@redress.example"
    assert (hostile["In-Reply-To"], hostile["Reply-To"], hostile["Bcc"]) == (None, None, None)


async def test_the_mail_holds_the_customers_own_link(server, mailbox):
    await post(server).deliver(claim())
    text = words(mailbox.mails[0][1])
    link = text.strip().splitlines()[-1]

    assert complaint_of(TOKEN_KEY, link.removeprefix("https://redress.example/status/")) == (
        COMPLAINT
    )


async def test_a_chinese_letter_arrives_readable(server, mailbox):
    await post(server).deliver(claim(language_hint="zh"))
    mail = mailbox.mails[0][1]

    assert mail["Subject"] == "[RD-TEST] 我们已收到您的投诉"
    assert "感谢您的来信" in words(mail)


async def test_a_mail_holds_the_letter_twice_as_text_first_and_as_html(server, mailbox):
    await post(server).deliver(claim(language_hint="ja"))
    mail = mailbox.mails[0][1]
    link = words(mail).strip().splitlines()[-1]

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert '<html lang="ja" dir="ltr">' in words(mail, "html")
    assert f'<a href="{link}"' in words(mail, "html")


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("a@b.example\r\nBcc: c@d.example", "control_character"),
        ("a\0@b.example", "control_character"),
        ("not an address", "bad_address"),
        ("", "bad_address"),
        ("@", "bad_address"),
        ("erased", "erased"),
    ],
)
async def test_a_hostile_or_useless_address_is_refused_and_nothing_is_sent(
    server, mailbox, address, problem
):
    result = await post(server).deliver(claim(contact=Personal(address)))

    assert (result.status, result.problem) == ("refused", problem)
    assert mailbox.mails == []


async def test_a_final_no_of_the_server_is_final(server, mailbox):
    mailbox.answer = "550 no such user"
    result = await post(server).deliver(claim())

    assert (result.status, result.problem) == ("refused", "smtp_550")


async def test_a_passing_no_is_tried_again(server, mailbox):
    mailbox.answer = "451 later"
    with pytest.raises(TransientError):
        await post(server).deliver(claim())


async def test_a_server_that_is_away_is_tried_again():
    with pytest.raises(TransientError):
        await Post(settings(f"smtp://127.0.0.1:{free_port()}")).deliver(claim())


async def test_without_a_mail_server_the_letter_is_refused_for_good():
    wiring = wire(settings(""))
    kinds = work(wiring)
    (mailed,) = await kinds["email"]([claim()])
    await wiring.http.aclose()
    wiring.client.close()

    assert (mailed.status, mailed.problem, mailed.channel) == ("refused", "no_smtp", "email")


async def test_many_letters_go_out_side_by_side(server, mailbox):
    results = await asyncio.gather(*(post(server).deliver(claim()) for _ in range(20)))

    assert {r.status for r in results} == {"sent"}
    assert len(mailbox.mails) == 20
