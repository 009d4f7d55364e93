"""What two people lift comes back in stages: log-in and trade first, withdrawals after a lock."""

from datetime import timedelta

import pytest

from shared.events.base import Remedy
from tests.unit.resolution.builders import (
    USER,
    a_case,
    applied,
    classified,
    confirmed,
    decided,
    escalated,
    freeze,
    kinds,
    proposal,
    refused,
    unfreeze,
    unproved,
    withdrawn,
)

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


def lifted():
    """A frozen case of a proved owner, and what the second supervisor's word made of it."""
    case = a_case()
    case.when(classified())
    case.when(escalated())
    applied(case, next(iter(case.state.due)))
    case.when(unfreeze("sup-1"))
    return case, case.when(unfreeze("sup-2"))[1:]


def frozen(case):
    return {scope for _, scope in case.state.frozen(case.now)}


def test_withdrawals_stay_frozen_when_the_rest_is_lifted():
    case, (order, lock) = lifted()

    assert (order.action, order.scope) == ("unfreeze", ("api_keys", "sessions"))
    assert (kinds([lock]), lock.user_id) == (["WithdrawalsLocked"], USER)
    assert (lock.until, lock.proposal_id) == (case.now + DAY, order.proposal_id)
    assert frozen(case) == {"withdrawals"}
    assert case.elapse(DAY - MINUTE) == []


def test_withdrawals_follow_by_themselves_after_the_lock_under_a_key_of_their_own():
    case, (first, lock) = lifted()
    applied(case, first.key)

    ended, order = case.elapse(DAY)

    assert (kinds([ended]), ended.reason) == (["LockEnded"], "over")
    assert (order.action, order.user_id, order.scope) == ("unfreeze", USER, ("withdrawals",))
    assert order.key == lock.key == f"{first.key}|withdrawals"
    assert kinds(applied(case, order.key)) == ["EffectVerified"]
    assert (frozen(case), case.state.due) == (set(), {})
    assert case.elapse(DAY) == []


def test_each_stage_may_fail_and_the_second_does_not_wait_for_the_first():
    case, (first, _) = lifted()

    assert kinds(refused(case, first.key, "unknown_account")) == ["EffectFailed"]
    assert frozen(case) == {"api_keys", "sessions", "withdrawals"}
    assert kinds(case.elapse(DAY)) == ["LockEnded", "EffectRequested"]


def test_withdrawals_alone_wait_too():
    case = a_case()
    case.when(escalated(identity="L0"))
    case.when(unfreeze("sup-1"))

    assert kinds(case.when(unfreeze("sup-2"))) == ["ApprovalGiven", "WithdrawalsLocked"]


def test_a_freeze_that_ran_out_before_its_lock_needs_no_lifting():
    case = a_case()
    case.when(escalated(identity="L0"))
    applied(case, next(iter(case.state.due)))
    case.elapse(MINUTE)
    case.when(unfreeze("sup-1"))
    case.when(unfreeze("sup-2"))

    (ended,) = case.elapse(DAY)

    assert (ended.reason, case.state.due) == ("ran_out", {})


@pytest.mark.parametrize("reason", ["proven", "wrongful-freeze"])
def test_no_word_shortens_a_running_lock(reason):
    case, _ = lifted()

    (no,) = case.when(unfreeze("sup-3", reason=reason))

    assert (kinds([no]), no.rule) == (["UnfreezeRefused"], "lock-running")


def test_calling_a_proved_owners_freeze_wrongful_spares_no_lock():
    case = a_case()
    case.when(escalated())
    case.when(unfreeze("sup-1", reason="wrongful-freeze"))

    assert kinds(case.when(unfreeze("sup-2", reason="wrongful-freeze")))[-1] == "WithdrawalsLocked"


def test_a_wrongful_freeze_of_an_account_that_nobody_proved_is_lifted_whole():
    case = unproved()
    case.when(escalated(identity="L0"))
    case.when(unfreeze("sup-1", reason="wrongful-freeze"))

    _, order = case.when(unfreeze("sup-2", reason="wrongful-freeze"))

    assert (order.action, order.scope) == ("unfreeze", ("withdrawals",))


def test_a_new_freeze_voids_the_lock():
    case, _ = lifted()

    assert kinds(case.when(freeze())) == ["EffectRequested"]
    assert case.elapse(DAY) == []
    assert frozen(case) == {"api_keys", "sessions", "withdrawals"}
    assert kinds(case.when(unfreeze("sup-1"))) == ["ApprovalRequested", "ApprovalGiven"]


def test_what_waits_to_be_lifted_may_be_frozen_again_where_withdrawals_are_all_there_is():
    case = a_case()
    scope = {"freeze_scope_verified": ("withdrawals",)}
    resolution = case.policy.resolution.model_copy(update=scope)
    case.policy = case.policy.model_copy(update={"resolution": resolution})
    case.when(classified())
    case.when(freeze())
    case.when(unfreeze("sup-1"))
    case.when(unfreeze("sup-2"))

    assert kinds(case.when(freeze())) == ["EffectRequested"]
    assert case.elapse(DAY) == []


def test_the_freeze_of_another_account_voids_no_lock():
    case, _ = lifted()
    case.when(proposal(Remedy(code="freeze", user_id="u-200", scope=("login",))))

    assert kinds(case.elapse(DAY)) == ["LockEnded", "EffectRequested"]


def test_a_proved_owner_who_says_that_funds_are_in_danger_is_frozen_again_whole():
    case, _ = lifted()

    (order,) = case.when(escalated())

    assert (order.action, order.scope) == ("freeze", ("withdrawals", "api_keys", "sessions"))
    assert case.elapse(DAY) == []
    assert "withdrawals" in frozen(case)


def test_a_stranger_who_says_so_stops_no_lock():
    case, _ = lifted()

    assert case.when(escalated(identity="L0")) == []
    assert kinds(case.elapse(DAY)) == ["LockEnded", "EffectRequested"]


@pytest.mark.parametrize("end", [withdrawn, lambda: None])
def test_what_two_people_lifted_is_lifted_whoever_ends_the_case(end):
    case, (first, _) = lifted()
    applied(case, first.key)
    case.when(end() or confirmed(decided(case)))

    assert case.state.closed
    assert kinds(case.elapse(DAY)) == ["LockEnded", "EffectRequested"]


def test_a_stored_case_still_knows_its_lock():
    case, _ = lifted()
    case.state = type(case.state).model_validate_json(case.state.model_dump_json())

    assert kinds(case.elapse(DAY)) == ["LockEnded", "EffectRequested"]


def test_an_unfreeze_as_a_remedy_lifts_all_but_withdrawals():
    case = a_case()
    case.when(escalated())
    case.when(proposal(Remedy(code="unfreeze", user_id=USER)))

    assert case.state.plan[0].scope == ("api_keys", "sessions")


def test_a_remedy_that_would_lift_withdrawals_past_the_lock_is_refused():
    case = a_case()
    case.when(escalated())

    _, failed = case.when(proposal(Remedy(code="unfreeze", scope=("login", "withdrawals"))))

    assert (kinds([failed]), failed.problem) == (["EffectFailed"], "withdrawals-locked")
