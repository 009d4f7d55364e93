"""Money and time as they cross the wire."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.connectors.models import ActionReceipt, Asset, Contact, Moment, Money


class Both(BaseModel):
    money: Money
    moment: Moment = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.decimals(min_value=0, max_value=Decimal(10) ** 19, places=18))
def test_money_keeps_every_digit_on_its_way(amount):
    assert Both.model_validate_json(Both(money=amount).model_dump_json()).money == amount


def test_a_satoshi_is_written_in_plain_digits():
    assert Both(money=Decimal("1E-8")).model_dump(mode="json")["money"] == "0.00000001"


@pytest.mark.parametrize(
    "given",
    [
        '"1e5"', '"-1"', '"-0"', '"NaN"', '"Infinity"', '" 1"', '"1\\n"', '"1,5"', '"٣"', '""',
        '"1."', '".5"', '"0.0000000000000000001"', '"111111111111111111111"',
        "0.1", "1", "null", "true",
    ],
)  # fmt: skip
def test_what_is_no_plain_decimal_string_is_no_money(given):
    with pytest.raises(ValidationError):
        Both.model_validate_json(f'{{"money": {given}}}')


def test_a_time_is_turned_to_utc():
    both = Both.model_validate_json('{"money": "1", "moment": "2026-03-01T14:00:00+02:00"}')

    assert both.model_dump(mode="json")["moment"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize("moment", ["2026-03-01T14:00:00", "9999-12-31T23:59:59-12:00", "soon"])
def test_what_is_no_time_of_a_zone_is_refused(moment):
    with pytest.raises(ValidationError):
        Both.model_validate_json(f'{{"money": "1", "moment": "{moment}"}}')


def test_fields_that_are_not_known_are_ignored():
    found = Asset.model_validate_json(
        '{"required_confirmations": 2, "min_deposit": "0.1", "canDep": true}'
    )

    assert found == Asset(required_confirmations=2, min_deposit=Decimal("0.1"))


def test_a_refused_answer_does_not_show_what_was_in_it():
    with pytest.raises(ValidationError) as caught:
        Contact.model_validate_json('{"email": 5, "since": "canary"}')

    assert "canary" not in str(caught.value)


def test_a_scope_that_is_not_known_is_refused():
    with pytest.raises(ValidationError):
        ActionReceipt(
            key="k",
            action="freeze",
            status="applied",
            applied_at=datetime(2026, 1, 1, tzinfo=UTC),
            user_id="u",
            scope=("everything",),
        )
