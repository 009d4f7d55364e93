"""Freezing a second time, where the key of the first freeze is used up."""

from datetime import timedelta

from shared.testing.scenario import COMPLAINT, START
from tests.unit.resolution.builders import (
    a_case,
    applied,
    escalated,
    kinds,
    refused,
    unfreeze,
    unproved,
)

UNPROVEN = "freeze|u-100|2026-11-22"
PROVEN = "freeze|u-100|2026-11-22|verified"


def lifted(case):
    """Two supervisors lift what the case froze; both stages are read back."""
    case.when(unfreeze("sup-1"))
    for event in case.when(unfreeze("sup-2")):
        if kinds([event]) == ["EffectRequested"]:
            applied(case, event.key)
    for order in case.elapse(timedelta(hours=24)):
        if kinds([order]) == ["EffectRequested"]:
            applied(case, order.key)


def test_a_second_emergency_of_a_proved_owner_freezes_again_after_the_first_was_lifted():
    case = a_case()
    case.when(escalated())
    applied(case, PROVEN)
    lifted(case)
    case.now = START + timedelta(hours=1)  # the same day: its key is used up

    orders = [e for e in case.when(escalated()) if kinds([e]) == ["EffectRequested"]]

    assert [order.key.startswith(PROVEN + "|") for order in orders] == [True]
    assert orders[0].scope == ("withdrawals", "api_keys", "sessions")


def test_a_strangers_second_word_of_a_day_freezes_nothing_again():
    case = unproved()
    case.when(escalated(identity="L0"))
    refused(case, UNPROVEN, "not_in_force")

    assert kinds(case.when(escalated(identity="L0"))) == []


def test_where_another_case_used_up_the_key_the_freeze_is_asked_for_under_its_own():
    case = a_case()
    case.when(escalated())

    failed, order = refused(case, PROVEN, "not_in_force")
    (last,) = refused(case, order.key, "not_in_force")

    assert kinds([failed, order]) == ["EffectFailed", "EffectRequested"]
    assert order.key == f"{PROVEN}|{COMPLAINT}"
    assert kinds([last]) == ["EffectFailed"]
