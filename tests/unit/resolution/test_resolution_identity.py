"""Money and unfreezes wait for proof of whose account it is; a freeze waits for nothing."""

import pytest

from shared.events.base import Remedy
from tests.unit.resolution.builders import (
    CREDIT,
    USER,
    a_case,
    applied,
    approve,
    classified,
    compensate,
    confirmed,
    credit,
    escalated,
    freeze,
    kinds,
    known,
    proposal,
    unfreeze,
    unproved,
    withdrawn,
)

MONEY = {
    "credit": credit(),
    "compensate": compensate(),
    "goodwill": compensate().model_copy(update={"code": "goodwill"}),
    "credit_and_compensate": credit().model_copy(update={"code": "credit_and_compensate"}),
}
UNFREEZE = Remedy(code="unfreeze", user_id=USER, scope=("sessions",))


def held(case, *remedies, **fields):
    """The case with a proposal that waits for proof, and what says so."""
    noted, awaited = case.when(proposal(*remedies, **fields))
    assert kinds([noted, awaited]) == ["ProposalNoted", "IdentityAwaited"]
    return awaited


@pytest.mark.parametrize("code", MONEY)
def test_money_is_not_moved_for_somebody_who_proved_nothing(code):
    case = unproved()
    awaited = held(case, MONEY[code])
    assert (awaited.proposal_id, awaited.user_id) == ("p-1", USER)
    assert (awaited.reason, awaited.needed, awaited.proved) == ("identity-too-low", "L1", "L0")
    assert case.state.due == {}


@pytest.mark.parametrize("note", [classified(identity="L1"), known("L1"), escalated()])
def test_what_waits_goes_on_when_the_level_rises(note):
    case = unproved()
    held(case, credit())
    orders = [e for e in case.when(note) if getattr(e, "key", "") == CREDIT]
    assert kinds(orders) == ["EffectRequested"]
    assert kinds(applied(case, CREDIT)) == ["EffectVerified", "DecisionMade"]


@pytest.mark.parametrize("note", [classified(identity="L1"), known("L1"), escalated()])
def test_a_level_that_is_known_before_the_proposal_holds_nothing_up(note):
    case = unproved()
    case.when(note)
    assert kinds(case.when(proposal(credit()))) == ["ProposalNoted", "EffectRequested"]


def test_the_same_level_again_sets_nothing_going_twice():
    case = unproved()
    held(case, credit())
    case.when(known("L1"))
    assert case.when(known("L1")) == []
    assert kinds(case.when(known("L2"))) == ["CaseNoted"]


def test_a_level_that_is_still_too_low_is_noted_and_no_more():
    case = unproved()
    case.when(proposal(UNFREEZE))
    case.when(approve("sup-1"))
    case.when(approve("sup-2"))
    assert kinds(case.when(known("L2"))) == ["CaseNoted"]


@pytest.mark.parametrize("level", ["L0", "L1"])
def test_a_proof_of_another_account_moves_no_money_to_this_one(level):
    case = a_case(proved="u-999", level="L3")
    case.when(classified(identity="L0"))
    case.when(known(level, "u-888"))
    assert held(case, credit()).proved == "L0"


def test_a_lower_level_later_takes_no_proof_away():
    case = unproved()
    case.when(known("L2"))
    assert case.when(known("L1")) == case.when(known("L0")) == []
    assert kinds(case.when(proposal(credit()))) == ["ProposalNoted", "EffectRequested"]


@pytest.mark.parametrize("identity", ["L0", "L1"])
def test_an_emergency_freeze_is_never_held_up_by_a_level(identity):
    assert "EffectRequested" in kinds(unproved().when(escalated(identity=identity)))


def test_a_freeze_by_a_person_or_as_a_remedy_is_never_held_up_by_a_level():
    case, other = unproved(), unproved()
    case.when(classified())
    remedy = Remedy(code="freeze", user_id=USER)
    assert kinds(case.when(freeze())) == ["EffectRequested"]
    assert kinds(other.when(proposal(remedy))) == ["ProposalNoted", "EffectRequested"]


def test_words_need_no_proof():
    assert kinds(unproved().when(proposal(Remedy(code="explain")))) == ["DecisionMade"]


def test_a_large_sum_takes_two_people_and_the_proof_in_either_order():
    first, second = unproved(), unproved()
    for case in (first, second):
        case.when(proposal(credit("0.7")))
        case.when(approve("sup-1"))
    assert kinds(first.when(approve("sup-2"))) == ["ApprovalGiven", "IdentityAwaited"]
    assert kinds(first.when(known())) == ["CaseNoted", "EffectRequested"]
    assert kinds(second.when(known())) == ["CaseNoted"]
    assert kinds(second.when(approve("sup-2"))) == ["ApprovalGiven", "EffectRequested"]


def test_an_unfreeze_as_a_remedy_waits_for_documents():
    case = a_case(level="L2")
    case.when(escalated())
    case.when(proposal(UNFREEZE))
    case.when(approve("sup-1"))
    _, awaited = case.when(approve("sup-2"))
    assert (awaited.needed, awaited.proved) == ("L3", "L2")
    assert [e.action for e in case.when(known("L3"))[1:]] == ["unfreeze"]


@pytest.mark.parametrize(
    ("level", "rule"), [("L0", True), ("L1", True), ("L2", True), ("L3", False)]
)
def test_two_supervisors_lift_a_freeze_for_a_proved_owner_alone(level, rule):
    case = a_case(level=level)
    case.when(escalated())
    event = case.when(unfreeze("sup-1"))[0]
    assert (kinds([event]) == ["UnfreezeRefused"]) is rule
    assert not rule or event.rule == "identity-too-low"


def test_an_account_of_nobody_we_know_stays_frozen_when_the_owners_is_lifted():
    case = a_case()
    case.when(escalated())
    case.when(proposal(Remedy(code="freeze", user_id="u-200", scope=("login",))))
    case.when(unfreeze("sup-1"))
    lifted, _, kept = case.when(unfreeze("sup-2"))[1:]
    assert (lifted.action, lifted.user_id) == ("unfreeze", USER)
    assert (kinds([kept]), kept.user_id, kept.scope) == (["FreezeKept"], "u-200", ("login",))
    assert (kept.needed, kept.proved) == ("L3", "L0")


def test_an_approval_that_can_lift_nothing_says_what_stays_frozen():
    case = a_case()
    case.when(escalated(identity="L0"))
    case.when(proposal(Remedy(code="freeze", user_id="u-200", scope=("login",))))
    asked, _ = case.when(unfreeze("sup-1"))
    case.elapse(case.policy.resolution.freeze_unverified)
    given, kept = case.when(approve("sup-2", asked.proposal_id))
    assert kinds([given, kept]) == ["ApprovalGiven", "FreezeKept"]
    assert (kept.user_id, kept.scope) == ("u-200", ("login",))


def wrongful(staff, *roles):
    return unfreeze(staff, roles or ("supervisor",), "wrongful-freeze")


def test_two_supervisors_lift_a_freeze_that_an_impostor_caused_without_a_proof():
    case = unproved()
    case.when(escalated(identity="L0"))
    requested, first = case.when(wrongful("sup-1"))
    given, order = case.when(wrongful("sup-2"))
    assert (requested.reason, requested.needed, first.given) == ("wrongful-freeze", 2, 1)
    assert (given.given, order.action, order.user_id) == (2, "unfreeze", USER)


def test_the_second_word_for_a_wrongful_freeze_may_be_an_approval():
    case = unproved()
    case.when(escalated(identity="L0"))
    requested, _ = case.when(wrongful("sup-1"))
    assert kinds(case.when(approve("sup-2", requested.proposal_id)))[-1] == "EffectRequested"


def test_nobody_lifts_a_wrongful_freeze_alone_or_below_a_supervisor():
    case = unproved()
    case.when(escalated(identity="L0"))
    case.when(wrongful("sup-1"))
    rules = [case.when(wrongful(*who))[0].rule for who in [("sup-1",), ("agent-1", "agent")]]
    assert rules == ["same-person", "role-too-low"]


@pytest.mark.parametrize("level", ["L1", "L2"])
def test_an_account_that_somebody_proved_a_little_is_lifted_by_its_proof_alone(level):
    case = a_case(level=level)
    case.when(escalated(identity=level))
    (no,) = case.when(wrongful("sup-1"))
    assert (kinds([no]), no.rule) == (["UnfreezeRefused"], "identity-too-low")


@pytest.mark.parametrize("asked", [(wrongful, unfreeze), (unfreeze, wrongful)])
def test_both_supervisors_say_why_a_freeze_is_lifted(asked):
    case = a_case()
    case.when(escalated())
    first, second = asked
    case.when(first("sup-1"))
    (no,) = case.when(second("sup-2"))
    assert (kinds([no]), no.rule) == (["UnfreezeRefused"], "another-reason")


def test_an_unfreeze_is_approved_while_a_payment_waits_for_proof():
    case = a_case(proved="u-200")
    case.when(classified(user_id="u-200"))
    case.when(freeze())
    held(case, credit())
    requested, _ = case.when(unfreeze("sup-1"))
    assert "EffectRequested" in kinds(case.when(approve("sup-2", requested.proposal_id)))


def test_a_refused_unfreeze_is_done_once_the_owner_is_proved():
    case = a_case(level="L1")
    case.when(escalated())
    case.when(unfreeze("sup-1"))
    case.when(known("L3"))
    case.when(unfreeze("sup-1"))
    assert [e.action for e in case.when(unfreeze("sup-2"))[1:2]] == ["unfreeze"]


def test_what_waits_for_proof_is_not_approved_but_may_be_denied():
    case = unproved()
    held(case, credit())
    (no,) = case.when(approve("sup-1"))
    assert (kinds([no]), no.rule) == (["ApprovalRefused"], "identity-too-low")
    assert kinds(case.when(approve("sup-1", yes=False))) == ["ApprovalDenied"]
    assert kinds(case.when(known())) == ["CaseNoted"]
    assert kinds(case.when(proposal(proposal_id="p-2"))) == ["DecisionMade"]


def test_a_complaint_that_is_taken_back_waits_no_more():
    case = unproved()
    held(case, credit())
    assert kinds(case.when(withdrawn()))[0] == "CaseClosed"
    assert kinds(case.when(known())) == ["CaseNoted"]


def test_a_newer_proposal_waits_in_place_of_the_older():
    case = unproved()
    held(case, credit())
    (decision,) = case.when(proposal(proposal_id="p-2"))
    assert kinds(case.when(known())) == ["CaseNoted"]
    assert kinds(case.when(confirmed(decision.decision_id)))[-1] == "CaseClosed"
