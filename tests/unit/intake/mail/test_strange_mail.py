"""Whatever mail comes, it is read in time, and what becomes of it the stage can read."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from services.intake.attachments import Attachments
from services.intake.desk import Desk
from services.intake.mail.arrivals import incoming
from services.intake.mail.parse import parse
from services.intake.mail.words import LIMITS
from tests.unit.intake import desk
from tests.unit.intake.limits import in_memory, in_time
from tests.unit.intake.mail.mails import OURS, mail
from tests.unit.intake.mail.strange_mail import MAILS

strange = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@settings(strange, max_examples=1_000)
@given(MAILS)
def test_a_thousand_mails_of_any_make_are_read(raw):
    with in_time():
        found = parse(raw, OURS)

    assert len(found.text) <= LIMITS.text_characters
    assert len(found.files) <= LIMITS.parts
    assert "\n" not in found.subject
    found.text.encode("utf-8")


@strange
@given(MAILS)
async def test_what_becomes_of_a_mail_is_no_poison(raw):
    house = desk.Desk()
    attachments = Attachments(house.shelf, unscanned=True)
    message = incoming(parse(raw, OURS), raw, AT)

    await Desk(house.door, house.shelf, attachments, desk.KEY).receive(message)
    await house.fold()

    assert house.rig.dead_letters() == []
    assert len(house.inputs.rows) == 1


@pytest.mark.parametrize("sign", [b"<", b"=?utf-8?q?a?=", b"--b\r\n", b"\r", b"\xff", b"> "])
def test_a_mail_of_megabytes_stays_within_memory(sign):
    raw = mail("", 'Content-Type: multipart/mixed; boundary="b"') + sign * (2 << 20)
    with in_memory():
        parse(raw[: 2 << 20], OURS)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_mail_of_too_many_lines_is_cut_and_says_so(end):
    found = parse(mail(f"x{end}" * (LIMITS.lines + 1)), OURS)

    assert "too_many_lines" in found.flags
    assert found.opens_complaint
