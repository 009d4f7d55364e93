"""What entries of the sandbox's ledger amount to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.sandbox import ledger
from shared.connectors.models import ActionReceipt

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(action, at=NOON, **order):
    return ActionReceipt(
        key="k", action=action, status="applied", applied_at=at, user_id="u", **order
    )


def test_a_balance_is_the_opening_and_every_payment():
    entries = [
        entry("credit", asset="BTC", amount=Decimal("0.5")),
        entry("deposit", asset="BTC", amount=Decimal("0.25")),
        entry("compensate", asset="USDT", amount=Decimal(10)),
    ]

    found = ledger.balances({"BTC": Decimal("1.0")}, entries)

    assert found == {"BTC": Decimal("1.75"), "USDT": Decimal(10)}


def test_thirty_eight_digits_add_up_exactly():
    opening = {"ETH": Decimal("9" * 19)}

    found = ledger.balances(
        opening, [entry("credit", asset="ETH", amount=Decimal("0.000000000000000001"))]
    )

    assert format(found["ETH"], "f") == "9" * 19 + ".000000000000000001"


def test_a_freeze_restricts_until_it_expires():
    entries = [entry("freeze", scope=("withdrawals",), expires_at=NOON + HOUR)]

    assert ledger.restrictions((), entries, NOON) == ("withdrawals",)
    assert ledger.restrictions((), entries, NOON + HOUR) == ()


def test_a_short_freeze_does_not_end_a_lasting_one():
    entries = [
        entry("freeze", scope=("login",)),
        entry("freeze", NOON + HOUR, scope=("login",), expires_at=NOON + 2 * HOUR),
    ]

    assert ledger.restrictions((), entries, NOON + 3 * HOUR) == ("login",)


def test_an_unfreeze_lifts_its_scope_alone():
    entries = [
        entry("freeze", scope=("withdrawals", "login")),
        entry("unfreeze", NOON + HOUR, scope=("login",)),
    ]

    assert ledger.restrictions((), entries, NOON + HOUR) == ("withdrawals",)


def test_an_unfreeze_does_not_reach_a_later_freeze():
    entries = [
        entry("freeze", NOON + HOUR, scope=("login",)),
        entry("unfreeze", NOON, scope=("login",)),
    ]

    assert ledger.restrictions((), entries, NOON + HOUR) == ("login",)


def test_a_freeze_and_an_unfreeze_of_one_instant_leave_the_scope_frozen():
    entries = [entry("freeze", scope=("login",)), entry("unfreeze", scope=("login",))]

    assert ledger.restrictions((), entries, NOON + HOUR) == ("login",)


def test_a_restriction_from_the_opening_can_be_lifted():
    lifted = [entry("unfreeze", scope=("trading",))]

    assert ledger.restrictions(("trading",), [], NOON) == ("trading",)
    assert ledger.restrictions(("trading",), lifted, NOON) == ()
