"""Two people for large amounts and for every unfreeze."""

from decimal import Decimal

import pytest

from shared.events.base import Remedy
from tests.unit.resolution.builders import (
    CREDIT,
    USER,
    a_case,
    appealed,
    applied,
    approve,
    compensate,
    credit,
    decided,
    escalated,
    kinds,
    proposal,
)

LARGE = credit("0.60000001")


@pytest.mark.parametrize(
    "remedies",
    [
        (LARGE,),
        (credit(asset="ETH", amount="8.1"),),
        (compensate("0.7"),),
        (credit("0.6"), compensate("0.00000001")),
        (credit("0.3"), compensate("0.4", thing="order|7")),
        (credit("0.3"), credit("0.4", user_id="u-200", thing="bitcoin|other|0")),
        (Remedy(code="goodwill", user_id=USER, asset="USDT", amount=Decimal(25001), thing="o|1"),),
        (credit("0.3"), credit("0.4", thing="bitcoin|other|0")),
    ],
)
def test_above_the_limit_two_people_are_asked_and_nothing_is_done(remedies):
    case = a_case()

    noted, requested = case.when(proposal(*remedies))

    assert kinds([noted, requested]) == ["ProposalNoted", "ApprovalRequested"]
    assert (requested.proposal_id, requested.needed, requested.reason) == ("p-1", 2, "amount")
    assert requested.proposed_by == "playbook:deposit"
    assert case.state.due == {}


@pytest.mark.parametrize(
    "remedies",
    [
        (credit("0.5"), compensate("0.1")),
        (credit(asset="USDT", amount="25000"),),
        (credit("0.5"), credit(asset="ETH", amount="8", thing="ethereum|x|0")),
    ],
)
def test_up_to_the_limit_nobody_is_asked(remedies):
    assert a_case().when(proposal(*remedies))[-1].key.startswith("credit|")


@pytest.mark.parametrize("thing", ["position|P-1", "Position|P-1"])
def test_what_a_position_might_have_been_worth_takes_two_people_whatever_the_amount(thing):
    remedy = compensate("0.01", thing=thing)

    requested = a_case().when(proposal(remedy))[-1]

    assert (requested.needed, requested.reason) == (2, "thing")


@pytest.mark.parametrize(
    ("roles", "amount", "asked"),
    [
        (("agent",), "1000", None),
        (("agent",), "1000.01", 1),
        (("supervisor",), "5000", None),
        (("agent", "supervisor"), "5000", None),
        (("supervisor",), "5000.01", 1),
        (("operator",), "0.01", 1),
        (("supervisor",), "25000.01", 2),
        ((), "25000", None),
    ],
)
def test_above_what_a_role_may_pay_alone_another_person_is_asked(roles, amount, asked):
    remedy = compensate(amount, asset="USDT", thing="order|O-1")

    last = a_case().when(proposal(remedy, proposed_by="staff-1", proposer_roles=roles))[-1]

    assert getattr(last, "needed", None) == asked


@pytest.mark.parametrize(
    ("remedies", "asked"),
    [
        ((compensate("1000", asset="USDT"),), None),
        ((credit("1000", asset="USDT"), compensate("1000", asset="USDT")), "role-limit"),
        ((credit("600", asset="USDT"), compensate("600", asset="USDT")), "role-limit"),
        ((credit("600", asset="USDT"), compensate("0.02")), None),
    ],
)
def test_the_limit_of_a_role_is_for_all_that_a_case_pays_in_an_asset(remedies, asked):
    said = {"proposed_by": "staff-1", "proposer_roles": ("agent",)}

    last = a_case().when(proposal(*remedies, **said))[-1]

    assert getattr(last, "reason", None) == asked


def test_who_proposed_is_not_the_other_person():
    case = a_case()
    remedy = compensate("2000", asset="USDT", thing="order|O-1")
    case.when(proposal(remedy, proposed_by="sup-1", proposer_roles=("agent",)))

    (refused_,) = case.when(approve("sup-1"))
    given, requested = case.when(approve("sup-2"))

    assert refused_.rule == "proposer"
    assert kinds([given, requested]) == ["ApprovalGiven", "EffectRequested"]


def test_a_payment_cut_in_pieces_over_two_levels_is_no_smaller():
    case = a_case()
    case.when(proposal(credit("0.3")))
    paid = applied(case, CREDIT)[-1]
    case.when(appealed(paid.decision_id))

    events = case.when(proposal(compensate("0.4", thing="more"), proposal_id="p-2", level=2))

    assert kinds(events) == ["ProposalNoted", "ApprovalRequested"]


def test_the_second_approval_sets_the_work_going():
    case = a_case()
    case.when(proposal(LARGE))

    (first,) = case.when(approve("sup-1"))
    second, order = case.when(approve("sup-2"))

    assert [(g.staff, g.given, g.needed) for g in (first, second)] == [
        ("sup-1", 1, 2),
        ("sup-2", 2, 2),
    ]
    assert order.key == CREDIT
    assert kinds(applied(case, CREDIT)) == ["EffectVerified", "DecisionMade"]


def test_an_unfreeze_by_remedy_always_takes_two_people():
    case = a_case()
    frozen = case.when(escalated())[-1]

    requested = case.when(proposal(Remedy(code="unfreeze", user_id=USER, scope=("login",))))[-1]
    case.when(approve("sup-1"))
    order = case.when(approve("sup-2"))[-1]

    assert (requested.reason, requested.needed) == ("unfreeze", 2)
    assert (order.key, order.scope, order.after) == (
        "unfreeze|u-100|p-1",
        ("login",),
        frozen.key,
    )


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (approve("sup-2", "p-0"), "wrong-proposal"),
        (approve("sup-2", expected_sequence=0, roles=("agent",)), "role-too-low"),
        (approve("sup-2", roles=()), "role-too-low"),
        (approve("sup-1"), "same-person"),
        (approve("expert-1"), "proposer"),
        (approve("expert-1", yes=False), "proposer"),
    ],
)
def test_an_approval_that_does_not_fit_is_refused(command, rule):
    case = a_case()
    case.when(proposal(LARGE, proposed_by="expert-1"))
    case.when(approve("sup-1"))

    (no,) = case.when(command)

    assert (kinds([no]), no.rule, no.staff) == (["ApprovalRefused"], rule, command.staff)
    assert case.state.approvals[0].given == ("sup-1",)


def test_an_approval_by_someone_who_saw_an_older_case_is_refused():
    case = a_case()
    case.when(proposal(LARGE))
    case.when(escalated())

    (no,) = case.when(approve("sup-1", expected_sequence=2))

    assert no.rule == "case-moved-on"


def test_another_persons_approval_is_no_reason_to_look_again():
    case = a_case()
    case.when(proposal(LARGE))
    seen = case.state.sequence
    case.when(approve("sup-1", expected_sequence=seen))

    assert kinds(case.when(approve("sup-2", expected_sequence=seen))) == [
        "ApprovalGiven",
        "EffectRequested",
    ]


def test_a_denial_ends_the_proposal_and_a_new_one_starts_from_nothing():
    case = a_case()
    case.when(proposal(LARGE))
    case.when(approve("sup-1"))

    (denied,) = case.when(approve("sup-2", yes=False, reason="wrong-amount"))
    events = case.when(proposal(LARGE, proposal_id="p-2"))

    assert (denied.proposal_id, denied.staff, denied.reason, denied.level) == (
        "p-1",
        "sup-2",
        "wrong-amount",
        1,
    )
    assert case.when(approve("sup-3"))[0].rule == "wrong-proposal"
    assert kinds(events) == ["ProposalNoted", "ApprovalRequested"]
    assert case.state.approvals[0].given == ()


def test_who_approved_may_still_deny():
    case = a_case()
    case.when(proposal(LARGE))
    case.when(approve("sup-1"))

    assert kinds(case.when(approve("sup-1", yes=False))) == ["ApprovalDenied"]


def test_a_newer_proposal_voids_the_approvals_of_the_one_before():
    case = a_case()
    case.when(proposal(LARGE))
    case.when(approve("sup-1"))
    case.when(proposal(credit("0.7"), proposal_id="p-2"))

    assert case.when(approve("sup-2"))[0].rule == "wrong-proposal"
    assert case.state.approvals[0].given == ()


def test_a_decision_on_words_voids_a_waiting_payment():
    case = a_case()
    case.when(proposal(LARGE))
    decided(case, proposal_id="p-2")

    assert case.when(approve("sup-1"))[0].rule == "wrong-proposal"


def test_a_third_approval_comes_too_late():
    case = a_case()
    case.when(proposal(LARGE))
    case.when(approve("sup-1"))
    case.when(approve("sup-2"))

    assert case.when(approve("sup-3"))[0].rule == "wrong-proposal"
