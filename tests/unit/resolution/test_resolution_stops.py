"""Stopping withdrawals that a thief asked for."""

import pytest

from shared.events.investigation import FindingRecorded
from tests.unit.resolution.builders import USER, a_case, classified, kinds, refused, unproved


def found(finding="confirmed_takeover", cancel=("W-1", "W-2")):
    return FindingRecorded(
        level=1,
        finding=finding,
        remedy="freeze",
        details={},
        explanation="",
        playbook_version="1",
        cancel=cancel,
    )


def of_account(case):
    case.when(classified())
    return case


@pytest.mark.parametrize(
    ("case", "finding", "stopped"),
    [
        (unproved, "confirmed_takeover", True),
        (unproved, "suspected_takeover", False),
        (a_case, "suspected_takeover", True),
    ],
)
def test_without_a_proof_only_the_accounts_own_history_stops_anything(case, finding, stopped):
    assert bool(of_account(case()).when(found(finding))) is stopped


def test_where_no_account_is_known_nothing_is_stopped():
    assert a_case().when(found()) == []


def test_what_a_thief_asked_for_is_stopped_at_once_and_once():
    case = of_account(a_case())

    orders = case.when(found())

    assert [(o.key, o.action, o.user_id, o.reference) for o in orders] == [
        ("cancel|W-1", "cancel_withdrawal", USER, "withdrawal:W-1"),
        ("cancel|W-2", "cancel_withdrawal", USER, "withdrawal:W-2"),
    ]
    assert sorted(case.state.due) == ["cancel|W-1", "cancel|W-2"]
    assert case.when(found()) == []


def test_what_is_on_its_way_already_is_recorded_as_too_late():
    case = of_account(a_case())
    case.when(found(cancel=("W-1",)))

    (failed,) = refused(case, "cancel|W-1", "already_broadcast")

    assert kinds([failed]) == ["EffectFailed"]
    assert (failed.problem, failed.proposal_id) == ("already_broadcast", None)
    assert case.state.due == {}


@pytest.mark.parametrize("name", ["../x", "W 1", "", "w" * 101])
def test_a_name_that_is_none_is_left_alone(name):
    assert of_account(a_case()).when(found(cancel=(name,))) == []
