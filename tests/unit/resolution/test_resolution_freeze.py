"""Freezing at once, unfreezing by two people."""

from datetime import timedelta

import pytest

from shared.events.base import Remedy
from tests.unit.resolution.builders import (
    USER,
    a_case,
    applied,
    approve,
    classified,
    escalated,
    freeze,
    kinds,
    known,
    proposal,
    refused,
    unfreeze,
)

UNPROVEN = "freeze|u-100|2026-11-22"
PROVEN = "freeze|u-100|2026-11-22|verified"


def test_a_proven_owner_gets_a_lasting_freeze_at_once_on_the_express_lane():
    case = a_case()

    raised, order = case.when(escalated(identity="L1"))

    assert kinds([raised, order]) == ["ResolutionLaneRaised", "EffectRequested"]
    assert (order.key, order.action, order.user_id) == (PROVEN, "freeze", USER)
    assert order.scope == ("withdrawals", "api_keys", "sessions")
    assert order.expires_at is None
    assert (case.due(PROVEN).kind, case.due(PROVEN).lane, case.due(PROVEN).at) == (
        "act",
        "express",
        case.now,
    )


def test_without_proof_only_withdrawals_are_frozen_and_for_a_day():
    case = a_case()

    order = case.when(escalated(identity="L0"))[-1]

    assert order.key == UNPROVEN
    assert order.scope == ("withdrawals",)
    assert order.expires_at == case.now + timedelta(hours=24)


def test_two_complaints_of_one_day_on_one_account_ask_under_one_key():
    first, second = a_case(), a_case()
    second.now += timedelta(hours=3)

    keys = {case.when(escalated(identity="L0"))[-1].key for case in (first, second)}

    assert keys == {UNPROVEN}


def test_an_unproven_complaint_cannot_use_up_the_owners_freeze():
    case = a_case()
    case.when(escalated(identity="L0"))

    (order,) = case.when(escalated(identity="L1"))

    assert order.key == PROVEN


@pytest.mark.parametrize("identity", ["L0", "L1"])
def test_the_same_escalation_twice_freezes_once(identity):
    case = a_case()
    case.when(escalated(identity=identity))

    assert case.when(escalated(identity=identity)) == []


def test_an_unproven_escalation_adds_nothing_to_a_lasting_freeze():
    case = a_case()
    case.when(escalated(identity="L1"))

    assert case.when(escalated(identity="L0")) == []


def test_an_escalation_after_a_refused_freeze_leaves_the_matter_to_the_person():
    case = a_case()
    case.when(escalated())
    refused(case, PROVEN, "unknown_account")

    assert case.when(escalated()) == []


@pytest.mark.parametrize("user_id", [None, "", "u|1", "u/1", "ü", "u 1", "u" * 101, "u\n"])
def test_an_escalation_that_names_no_account_goes_to_a_person_once(user_id):
    case = a_case()
    first, again = case.when(escalated(user_id)), case.when(escalated(user_id))

    assert kinds(first) == ["ResolutionLaneRaised", "FreezeNotPossible"]
    assert again == []
    assert case.state.due == {}


def test_a_freeze_that_is_read_back_is_verified_and_owed_no_more():
    case = a_case()
    case.when(escalated())

    (verified,) = applied(case, PROVEN)

    assert kinds([verified]) == ["EffectVerified"]
    assert (verified.key, verified.action, verified.applied_at) == (PROVEN, "freeze", case.now)
    assert case.state.due == {}


def test_a_refused_freeze_fails_with_the_exchanges_word_and_is_owed_no_more():
    case = a_case()
    case.when(escalated())

    (failed,) = refused(case, PROVEN, "unknown_account")

    assert (failed.key, failed.problem) == (PROVEN, "unknown_account")
    assert case.state.due == {}


def test_a_refusal_without_a_word_still_says_refused():
    case = a_case()
    case.when(escalated())

    (failed,) = refused(case, PROVEN, None)

    assert failed.problem == "refused"


def test_an_agent_freezes_the_classified_account_at_once():
    case = a_case()
    case.when(classified())

    (order,) = case.when(freeze())

    assert order.key.startswith("freeze|u-100|2026-11-22|")
    assert order.scope == ("withdrawals", "api_keys", "sessions")
    assert order.expires_at is None


@pytest.mark.parametrize(
    ("known", "command", "rule"),
    [
        (None, freeze(), "no-account"),
        ("u/1", freeze(), "no-account"),
        (USER, freeze(roles=("auditor",)), "role-too-low"),
    ],
)
def test_a_freeze_that_does_not_fit_is_refused(known, command, rule):
    case = a_case()
    case.when(classified(user_id=known))

    (no,) = case.when(command)

    assert (kinds([no]), no.rule, no.staff) == (["FreezeRefused"], rule, "agent-1")


def test_what_is_frozen_already_is_not_frozen_again():
    case = a_case()
    case.when(classified())
    case.when(freeze())

    (no,) = case.when(freeze())

    assert no.rule == "already-frozen"


def test_a_person_may_freeze_for_good_what_is_frozen_for_a_day():
    case = a_case()
    case.when(classified())
    case.when(escalated(identity="L0"))

    assert kinds(case.when(freeze())) == ["EffectRequested"]


def test_a_freeze_by_someone_who_saw_an_older_case_is_refused():
    case = a_case()
    case.when(classified())
    case.when(escalated(identity="L0"))

    (no,) = case.when(freeze(expected_sequence=1))

    assert no.rule == "case-moved-on"


def test_an_unfreeze_takes_two_supervisors_and_comes_after_the_freeze():
    case = a_case()
    case.when(escalated())

    requested, first = case.when(unfreeze("sup-1"))
    second, order, _ = case.when(unfreeze("sup-2"))

    assert (requested.needed, requested.proposed_by, requested.reason) == (2, "sup-1", "unfreeze")
    assert [(g.staff, g.given, g.needed) for g in (first, second)] == [
        ("sup-1", 1, 2),
        ("sup-2", 2, 2),
    ]
    assert (order.action, order.user_id, order.after) == ("unfreeze", USER, PROVEN)
    assert order.scope == ("api_keys", "sessions")
    assert case.due(order.key).after == PROVEN


def test_the_second_word_for_an_unfreeze_may_be_an_approval():
    case = a_case()
    case.when(escalated())
    requested, _ = case.when(unfreeze("sup-1"))

    given, order, _ = case.when(approve("sup-2", requested.proposal_id))

    assert (given.given, order.action) == (2, "unfreeze")
    assert kinds(applied(case, order.key)) == ["EffectVerified"]


def test_a_denied_unfreeze_needs_two_new_words():
    case = a_case()
    case.when(escalated())
    requested, _ = case.when(unfreeze("sup-1"))

    (denied,) = case.when(approve("sup-2", requested.proposal_id, yes=False))

    assert (kinds([denied]), denied.level) == (["ApprovalDenied"], 1)
    assert kinds(case.when(unfreeze("sup-2"))) == ["ApprovalRequested", "ApprovalGiven"]


def test_one_supervisor_cannot_unfreeze_by_asking_twice():
    case = a_case()
    case.when(escalated())
    requested, _ = case.when(unfreeze("sup-1"))

    (again,) = case.when(unfreeze("sup-1"))
    (approval,) = case.when(approve("sup-1", requested.proposal_id))

    assert (again.rule, approval.rule) == ("same-person", "same-person")


def test_a_new_freeze_voids_a_word_that_did_not_know_of_it():
    case = a_case()
    case.when(classified())
    case.when(escalated(identity="L0"))
    case.when(unfreeze("sup-1"))
    case.when(escalated(identity="L1"))

    assert kinds(case.when(unfreeze("sup-2"))) == ["ApprovalRequested", "ApprovalGiven"]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (unfreeze("agent-1", roles=("agent",)), "role-too-low"),
        (unfreeze("sup-1", expected_sequence=1), "case-moved-on"),
    ],
)
def test_an_unfreeze_that_does_not_fit_is_refused(command, rule):
    case = a_case()
    case.when(escalated())

    (no,) = case.when(command)

    assert (kinds([no]), no.rule) == (["UnfreezeRefused"], rule)


def test_there_is_nothing_to_unfreeze_before_a_freeze_after_it_ran_out_or_was_refused():
    never, over, failed, lifted = a_case(), a_case(), a_case(), a_case()
    over.when(escalated(identity="L0"))
    over.now += timedelta(hours=24)
    failed.when(escalated())
    refused(failed, PROVEN, "unknown_account")
    lifted.when(escalated())
    lifted.when(unfreeze("sup-1"))
    lifted.when(unfreeze("sup-2"))
    lifted.elapse(timedelta(hours=24))
    rules = {case.when(unfreeze("sup-3"))[0].rule for case in (never, over, failed, lifted)}

    assert rules == {"not-frozen"}


def test_an_account_can_be_frozen_again_after_it_was_unfrozen():
    case = a_case()
    case.when(classified())
    case.when(escalated())
    case.when(unfreeze("sup-1"))
    case.when(unfreeze("sup-2"))

    assert kinds(case.when(freeze())) == ["EffectRequested"]


def test_every_account_that_the_case_froze_is_unfrozen():
    case = a_case()
    for fact in (escalated(), known("L3", "u-200")):
        case.when(fact)
    case.when(proposal(Remedy(code="freeze", user_id="u-200", scope=("login",))))
    case.when(unfreeze("sup-1"))

    _, first, _, second = case.when(unfreeze("sup-2"))

    assert (first.user_id, second.user_id, second.scope) == (USER, "u-200", ("login",))
    assert second.after.startswith("freeze|u-200|")
