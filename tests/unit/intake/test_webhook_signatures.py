"""Rows 73 to 80 of the bad inputs: who sent a webhook, and when."""

from datetime import UTC, datetime

import pytest

from services.intake.channels.signatures import verified
from shared.channels import Account
from shared.http.errors import ProblemError
from tests.channels import NEW, OLD, signed

BODY = {"type": "message.created", "data": {"thread": "1", "text": "Where is it?"}}


def judged(sent, secrets=(NEW,), **headers):
    given = {k: v for k, v in {**sent["headers"], **headers}.items() if v is not None}
    return verified(secrets, given, sent["content"], datetime.now(UTC))


def status(sent, secrets=(NEW,), **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(ProblemError) as problem:
        judged(sent, secrets, **named)
    return problem.value.status_code


def test_what_its_account_signed_has_its_id():
    assert judged(signed(BODY, id_="msg_1")) == "msg_1"


def test_any_of_several_signatures_and_any_secret_in_force_will_do():
    by_old = signed(BODY, OLD)
    both = f"v1,bm90aGluZw== {by_old['headers']['webhook-signature']}"

    assert judged(by_old, (NEW, OLD))
    assert judged(by_old, (NEW, OLD), **{"webhook-signature": both})


@pytest.mark.parametrize(
    ("row", "headers"),
    [
        ("73 a wrong one", {"webhook_signature": "v1,bm90aGluZw=="}),
        ("73 not base64", {"webhook_signature": "v1,%%%"}),
        ("73 without a comma", {"webhook_signature": "v1"}),
        ("73 not ASCII", {"webhook_signature": "v1,é"}),
        ("74 none", {"webhook_signature": None}),
        ("74 an empty one", {"webhook_signature": ""}),
        ("74 no time", {"webhook_timestamp": None}),
        ("74 no id", {"webhook_id": None}),
        ("73 of another id", {"webhook_id": "msg_other"}),
    ],
)
def test_what_nobody_signed_is_401(row, headers):
    assert status(signed(BODY), **headers) == 401, row


def test_75_a_signature_of_version_2_alone_is_401():
    sent = signed(BODY)
    later = sent["headers"]["webhook-signature"].replace("v1,", "v2,")

    assert status(sent, webhook_signature=later) == 401


def test_76_a_right_signature_over_the_same_json_written_anew_is_401():
    sent = signed(BODY)

    assert status({**sent, "content": sent["content"].replace(b": ", b":")}) == 401


@pytest.mark.parametrize("apart", [-310, 310])
def test_77_another_time_is_400_though_it_is_signed(apart):
    assert status(signed(BODY, apart_s=apart)) == 400


@pytest.mark.parametrize("apart", [-290, 290])
def test_77_within_five_minutes_it_counts(apart):
    assert judged(signed(BODY, apart_s=apart))


@pytest.mark.parametrize("time", ["", "soon", "1e9", "-5", "9" * 30, "nan", "²"])
def test_77_a_time_that_is_no_number_is_400(time):
    assert status(signed(BODY), webhook_timestamp=time) == 400


@pytest.mark.parametrize("id_", ["a.b", "x" * 1024, "", "two words", "é"])
def test_79_an_id_that_could_be_read_otherwise_is_400(id_):
    assert status(signed(BODY), webhook_id=id_) == 400


def test_80_an_old_secret_counts_until_its_end():
    until = datetime(2026, 11, 22, 12, tzinfo=UTC)
    account = Account.model_validate(
        {"kind": "in_app", "secrets": [{"secret": NEW}, {"secret": OLD, "until": until}]}
    )

    assert account.valid(until.replace(hour=11)) == (NEW, OLD)
    assert account.valid(until) == (NEW,)
    assert status(signed(BODY, OLD), account.valid(until)) == 401


def test_a_body_that_is_not_utf_8_is_400():
    sent = signed(BODY)

    assert status({**sent, "content": b"\xff\xfe"}) == 400
