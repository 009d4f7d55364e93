"""Mail by real SMTP and LMTP into a real MongoDB: stored, then answered for, once."""

import asyncio
import smtplib

import pytest
from pydantic import SecretStr

from shared.errors import UsageError
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.mail import reply_to
from shared.runner.wiring import wire
from tests.integration.intake.mail_site import ALICE, SUPPORT, site
from tests.unit.intake.mail.mails import TEXT, mail, malformed

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def box(wiring):
    async with site(wiring) as found:
        yield found


async def opened(box):
    """The complaints and the messages that the door took."""
    events = await box.inputs()
    return (
        [e for e in events if isinstance(e.data, ComplaintSubmitted)],
        [e for e in events if isinstance(e.data, MessageSubmitted)],
    )


async def test_a_mail_becomes_a_complaint_with_its_raw_bytes(box):
    raw = mail(TEXT + "\r\n-- \r\nAlice\r\n")

    assert await box.send(raw) == 250

    ((event,), _) = await opened(box)
    facts = event.data.facts
    assert (facts.channel, facts.subject.text, facts.description.text) == (
        "email",
        "My deposit",
        TEXT,
    )
    assert (facts.contact.text, facts.thread.text) == (ALICE, "<1@customer.example>")
    assert not facts.quiet
    files = box.wiring.database["intake_files.files"]
    assert await files.count_documents({"filename": f"{event.subject}/raw/{facts.raw}"}) == 1
    (row,) = await box.rows()
    assert (row["kind"], row["complaint"], row["flags"]) == ("new", event.subject, [])
    assert "alice" not in str(row)


async def test_delivered_often_and_at_once_it_is_one_complaint(box):
    relayed = b"Received: from elsewhere.example\r\n" + mail()

    codes = await asyncio.gather(*(box.send(mail()) for _ in range(6)), box.send(relayed))
    await box.send(mail(), to="help+x@exchange.example")

    assert set(codes) == {250}
    assert len(await box.inputs()) == 1


@pytest.mark.parametrize(
    "way", ["our_message_id", "plus_address", "subject", "their_own_mail", "unfolded_sender"]
)
async def test_a_reply_of_the_contact_joins_its_complaint(box, way):
    await box.send(mail())
    await box.fold()
    ((first,), _) = await opened(box)
    extra = {
        "our_message_id": f"References: <{first.subject}@redress.example>",
        "unfolded_sender": f"In-Reply-To: <{first.subject}@redress.example>",
        "their_own_mail": "In-Reply-To: <1@customer.example>",
    }.get(way, "X: y")
    reference = first.data.facts.reference
    to = reply_to(SUPPORT, reference) if way == "plus_address" else SUPPORT
    subject = f"Re: [{reference}]" if way == "subject" else "Re:"
    sender = "ALICE@customer.example" if way == "unfolded_sender" else ALICE

    await box.send(mail("More.", extra, id_="2", subject=subject, sender=sender), to=to)

    (_, (message,)) = await opened(box)
    assert (message.subject, message.data.text.text) == (first.subject, "More.")
    assert message.data.channel == "email"


@pytest.mark.parametrize(
    ("extra", "path", "kind"),
    [
        ("Auto-Submitted: auto-replied", ALICE, "auto_reply"),
        ("List-Id: <l.example>", ALICE, "list"),
        ("X: y", "", "bounce"),
        ("From: support@exchange.example", ALICE, "new"),
    ],
)
async def test_what_no_person_wrote_is_kept_and_opens_nothing(box, extra, path, kind):
    await box.send(mail(TEXT, extra), sender=path)

    (row,) = await box.rows()
    assert row["kind"] == kind
    assert len(await box.inputs()) == (kind == "new")
    if kind != "new":
        files = box.wiring.database["intake_files.files"]
        assert await files.count_documents({"filename": f"{row['key']}/raw/{row['raw']}"}) == 1


async def test_a_sender_gets_five_acknowledgements_a_day_and_every_complaint_is_stored(box):
    mails = [mail(f"{n}", id_=f"{n}") for n in range(8)]
    await asyncio.gather(*(box.send(raw) for raw in mails))
    await asyncio.gather(*(box.send(raw) for raw in mails))

    complaints, _ = await opened(box)
    assert len(complaints) == 8
    assert sum(e.data.facts.quiet for e in complaints) == 3


async def test_what_nobody_can_read_is_a_complaint_with_its_raw(box):
    for seed in range(30):
        assert await box.send(malformed(seed) + b"\r\n") == 250

    rows = await box.rows()
    assert len(rows) >= 15
    assert all(row.get("complaint") or row.get("raw") for row in rows)


async def test_only_our_addresses_take_mail(box):
    assert await box.send(mail(), to="bob@elsewhere.example") == 550
    assert await box.send(mail(), to="support@elsewhere.example") == 550


async def test_lmtp_takes_one_recipient_at_a_time(box):
    def talk():
        with smtplib.LMTP("127.0.0.1", box.lmtp) as lmtp:
            return lmtp.sendmail(ALICE, [SUPPORT, "help@exchange.example"], mail())

    refused = await asyncio.to_thread(talk)

    assert {address: code for address, (code, _) in refused.items()} == {
        "help@exchange.example": 452
    }
    assert len(await box.inputs()) == 1


async def test_while_mongodb_is_away_the_sender_is_told_to_come_back(settings, nowhere):
    away = f"mongodb://{nowhere}/?serverSelectionTimeoutMS=300"
    lost = wire(settings.model_copy(update={"mongo": SecretStr(away)}))
    async with site(lost) as box:
        assert await box.send(mail()) == 451
    await lost.http.aclose()
    lost.client.close()


async def test_a_door_for_mail_wants_to_know_its_addresses(wiring):
    with pytest.raises(UsageError, match="REDRESS_MAIL_ADDRESSES"):
        async with site(wiring, mail_addresses=""):
            pass
