"""Who sent a webhook, and when."""

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


@pytest.mark.parametrize("time", ["", "soon", "1e9", "-5", "9" * 30, "nan", "²"])
def test_a_time_that_is_no_number_is_400(time):
    assert status(signed(BODY), webhook_timestamp=time) == 400


@pytest.mark.parametrize("id_", ["a.b", "x" * 1024, "", "two words", "é"])
def test_an_id_that_could_be_read_otherwise_is_400(id_):
    assert status(signed(BODY), webhook_id=id_) == 400


def test_an_old_secret_counts_until_its_end():
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
