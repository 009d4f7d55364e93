"""What the customer says to a decision, and how a case ends."""

from datetime import timedelta

import pytest

from shared.events.triage import PriorityChanged
from tests.unit.resolution.builders import (
    CREDIT,
    a_case,
    appealed,
    applied,
    approve,
    breached,
    classified,
    compensate,
    confirmed,
    credit,
    decided,
    escalated,
    kinds,
    proposal,
    rated,
    refused,
    unfreeze,
    withdrawn,
)

WEEK = timedelta(days=7)


def test_a_satisfied_customer_closes_the_case():
    case = a_case()
    decision = decided(case, outcome="partly_upheld")

    yes, closed = case.when(confirmed(decision))

    assert (kinds([yes]), yes.by, yes.decision_id) == (["DecisionConfirmed"], "customer", decision)
    assert (closed.outcome, closed.level, closed.decision_id) == ("partly_upheld", 1, decision)
    assert case.state.due == {}


def test_silence_until_the_time_in_the_letter_closes_the_case():
    case = a_case()
    decision = decided(case)

    early = case.elapse(WEEK - timedelta(microseconds=1))
    confirmation, closed = case.elapse(timedelta(microseconds=1))

    assert early == []
    assert (confirmation.by, confirmation.decision_id) == ("silence", decision)
    assert closed.outcome == "upheld"
    assert case.state.due == {}


def test_a_dissatisfied_customer_is_noted_once_and_may_still_appeal_or_stay_silent():
    appealing, silent = a_case(), a_case()
    for case in (appealing, silent):
        decision = decided(case)
        assert kinds(case.when(confirmed(decision, satisfied=False))) == ["DissatisfactionNoted"]
        assert case.when(confirmed(decision, satisfied=False)) == []

    assert kinds(appealing.when(appealed(decision))) == ["AppealAdmitted"]
    assert silent.elapse(WEEK)[0].by == "silence"


@pytest.mark.parametrize(
    ("before", "rule"),
    [
        (confirmed, "closed"),
        (appealed, "already-appealed"),
        (lambda _: withdrawn(), "closed"),
    ],
)
def test_a_confirmation_after_the_end_or_an_appeal_is_refused(before, rule):
    case = a_case()
    decision = decided(case)
    case.when(before(decision))

    (no,) = case.when(confirmed(decision))

    assert (kinds([no]), no.rule) == (["ConfirmationRefused"], rule)


def test_words_on_a_decision_that_does_not_exist_are_refused():
    case = a_case()
    decided(case)

    answers = [case.when(say("other"))[0] for say in (confirmed, appealed, rated)]

    assert kinds(answers) == ["ConfirmationRefused", "AppealRefused", "RatingRefused"]
    assert {no.rule for no in answers} == {"no-such-decision"}


def test_an_appeal_opens_the_next_level_and_stops_the_wait():
    case = a_case()
    decision = decided(case)
    said = appealed(decision)

    (admitted,) = case.when(said)

    assert (admitted.decision_id, admitted.level) == (decision, 2)
    assert (admitted.points, admitted.reason) == (said.points, said.reason)
    assert case.state.due == {}
    assert case.elapse(WEEK) == []


def test_an_appeal_reopens_a_closed_case_which_then_closes_at_level_two():
    case = a_case()
    decision = decided(case)
    case.elapse(timedelta(days=29))

    assert kinds(case.when(appealed(decision))) == ["AppealAdmitted"]
    second = decided(case, proposal_id="p-2", level=2, outcome="rejected")
    closed = case.elapse(WEEK)[1]
    assert (closed.outcome, closed.level, closed.decision_id) == ("rejected", 2, second)


def test_an_appeal_is_in_time_on_the_last_day_and_late_after_it():
    last, late = a_case(), a_case()
    decision = decided(last)
    decided(late)
    last.elapse(timedelta(days=30))
    late.elapse(timedelta(days=30, microseconds=1))

    assert kinds(last.when(appealed(decision))) == ["AppealAdmitted"]
    assert late.when(appealed(decision))[0].rule == "too-late"


def test_a_decision_is_appealed_once_and_not_at_the_last_level():
    case = a_case()
    first = decided(case)
    case.when(appealed(first))
    second = decided(case, proposal_id="p-2", level=2)

    assert case.when(appealed(first))[0].rule == "already-appealed"
    assert case.when(appealed(second))[0].rule == "last-level"


def test_a_complaint_taken_back_cannot_be_appealed():
    case = a_case()
    decision = decided(case)
    case.when(withdrawn())

    assert case.when(appealed(decision))[0].rule == "withdrawn"


def test_each_decision_is_rated_once_also_after_the_end():
    case = a_case()
    first = decided(case)
    case.when(confirmed(first))

    (noted,) = case.when(rated(first, 3))
    (again,) = case.when(rated(first, 5))
    case.when(appealed(first))
    second = decided(case, proposal_id="p-2", level=2)

    assert (kinds([noted]), noted.decision_id, noted.score) == (["RatingNoted"], first, 3)
    assert (kinds([again]), again.rule) == (["RatingRefused"], "already-rated")
    assert kinds(case.when(rated(second))) == ["RatingNoted"]


def test_a_complaint_taken_back_is_closed_before_and_after_a_decision():
    early, late = a_case(), a_case()
    decision = decided(late)

    (first,), (second,) = early.when(withdrawn()), late.when(withdrawn())

    assert (first.outcome, first.decision_id) == ("withdrawn", None)
    assert (second.outcome, second.decision_id) == ("withdrawn", decision)
    assert late.state.due == {}


def test_taking_back_a_payment_that_waits_for_people_stops_it():
    case = a_case()
    case.when(proposal(credit("0.7")))

    assert kinds(case.when(withdrawn())) == ["CaseClosed"]
    assert case.when(approve("sup-1"))[0].rule == "wrong-proposal"


@pytest.mark.parametrize("end", [applied, lambda case, key: refused(case, key, "unknown_account")])
def test_effects_under_way_end_before_the_withdrawn_case_does(end):
    case = a_case()
    case.when(proposal(credit(), compensate()))
    freeze = case.when(escalated())[-1]

    (noted,) = case.when(withdrawn())
    (again,) = case.when(withdrawn())
    (first,) = end(case, CREDIT)
    _, closed = end(case, freeze.key)

    assert (kinds([noted]), noted.waits_for) == (["WithdrawalNoted"], (CREDIT, freeze.key))
    assert (kinds([again]), again.rule) == (["WithdrawalRefused"], "already-withdrawn")
    assert first.key == CREDIT
    assert (closed.outcome, case.state.due) == ("withdrawn", {})


def test_a_decision_is_not_confirmed_by_silence_while_a_withdrawal_waits():
    case = a_case()
    decided(case)
    freeze = case.when(escalated())[-1]
    case.when(withdrawn())

    assert case.elapse(WEEK) == []
    assert kinds(applied(case, freeze.key)) == ["EffectVerified", "CaseClosed"]


def test_a_closed_complaint_cannot_be_taken_back():
    case = a_case()
    case.when(confirmed(decided(case)))

    (no,) = case.when(withdrawn())

    assert (kinds([no]), no.rule) == (["WithdrawalRefused"], "closed")


def test_an_emergency_is_frozen_even_if_the_complaint_was_taken_back():
    case = a_case()
    case.when(withdrawn())

    order = case.when(escalated())[-1]

    assert kinds(applied(case, order.key)) == ["EffectVerified"]
    assert kinds(case.when(unfreeze("sup-1"))) == ["ApprovalRequested", "ApprovalGiven"]


def test_a_dangerous_a_late_and_a_rightly_appealed_case_are_reviewed_each_once():
    case = a_case()
    case.when(classified(priority="P1"))
    first = case.when(confirmed(decided(case)))[2:]
    case.when(appealed(case.state.decisions[0].decision_id))
    case.when(breached())
    second = decided(case, proposal_id="p-2", level=2, outcome="partly_upheld")

    rest = case.when(confirmed(second))[2:]

    assert [review.trigger for review in first] == ["p1"]
    assert [review.trigger for review in rest] == ["appeal_upheld", "breach"]
    assert {(r.finding, r.cause) for r in rest} == {("credited_internal_delay", "platform")}


def test_a_usual_case_and_a_refused_appeal_are_not_reviewed():
    case = a_case()
    case.when(classified())
    case.when(appealed(decided(case)))
    second = decided(case, proposal_id="p-2", level=2, outcome="rejected")

    assert kinds(case.when(confirmed(second))) == ["DecisionConfirmed", "CaseClosed"]


def test_a_dangerous_case_taken_back_is_reviewed_too():
    case = a_case()
    case.when(classified(priority="P1"))

    _, review = case.when(withdrawn())

    assert (review.trigger, review.finding, review.cause) == ("p1", "withdrawn", "undetermined")


def test_a_breach_that_is_heard_of_after_the_end_is_reviewed_then():
    case = a_case()
    case.when(confirmed(decided(case)))

    assert kinds(case.when(breached())) == ["CaseNoted", "ReviewRecorded"]
    assert case.when(breached()) == []


def test_a_raised_priority_counts_and_the_same_facts_twice_do_not():
    case = a_case()
    raised = PriorityChanged(priority="P1", before="P2", reason="more-victims")

    (noted,) = case.when(classified())
    assert (noted.user_id, noted.priority) == ("u-100", "P2")
    assert case.when(classified()) == []
    assert kinds(case.when(raised)) == ["CaseNoted"]
    assert case.state.priority == "P1"
    assert case.state.user_id == "u-100"
