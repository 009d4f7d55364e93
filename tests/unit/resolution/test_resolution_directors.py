"""Above the highest limit a director is one of the two."""

import pytest

from tests.unit.resolution.builders import (
    a_case,
    approve,
    compensate,
    credit,
    kinds,
    proposal,
)

HUGE = credit("3.00000001")


@pytest.mark.parametrize(
    ("remedies", "role"),
    [
        ((credit("3"),), None),
        ((HUGE,), "director"),
        ((credit("2"), compensate("1.1")), "director"),
        ((credit(asset="DOGE", amount="0.1"),), "director"),
        ((compensate("4", thing="position|P-1"),), "director"),
    ],
)
def test_above_the_highest_limit_one_of_the_two_is_a_director(remedies, role):
    requested = a_case().when(proposal(*remedies))[-1]

    assert (requested.needed, requested.role) == (2, role)


def test_two_supervisors_are_not_enough_above_the_highest_limit():
    case = a_case()
    case.when(proposal(HUGE))
    case.when(approve("sup-1"))

    (no,) = case.when(approve("sup-2"))
    events = case.when(approve("dir-1", roles=("director",)))

    assert no.rule == "director-needed"
    assert kinds(events) == ["ApprovalGiven", "EffectRequested"]
    assert events[0].role == "director"


def test_a_director_may_be_the_first_of_the_two():
    case = a_case()
    case.when(proposal(HUGE))
    case.when(approve("dir-1", roles=("director",)))

    (again,) = case.when(approve("dir-1", roles=("director",)))

    assert again.rule == "same-person"
    assert kinds(case.when(approve("sup-1"))) == ["ApprovalGiven", "EffectRequested"]


def test_a_director_who_proposed_approves_nothing():
    case = a_case()
    case.when(proposal(HUGE, proposed_by="dir-1", proposer_roles=("director",)))

    assert case.when(approve("dir-1", roles=("director",)))[0].rule == "proposer"


def test_a_supervisor_may_still_deny_what_only_a_director_can_approve():
    case = a_case()
    case.when(proposal(HUGE))
    case.when(approve("sup-1"))

    assert kinds(case.when(approve("sup-2", yes=False))) == ["ApprovalDenied"]
