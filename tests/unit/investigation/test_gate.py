"""The gate of decisions: what a person's proposal must not lack."""

import pytest

from shared.events.base import Remedy
from shared.events.investigation import (
    CauseSubmitted,
    FindingSubmitted,
    PointFinding,
    ProposalSubmitted,
    StaffActed,
)
from shared.events.personal import Personal
from tests.unit.investigation.stage_cases import answered, appealed, assigned, names, proposed, put

WORDS = Personal("The price guard should have stopped it.")


def on_point(point, finding="within_rules"):
    return PointFinding(point=point, finding=finding, reason=WORDS)


def appeal(*points):
    """An appeal at its second level, its cause on record."""
    case = proposed()
    case.when(appealed(points=points))
    case.when(assigned("senior-1", level=2))
    answered(case)
    case.when(CauseSubmitted(staff="senior-1", cause="platform", confidence=0.9))
    return case


def propose(case, **changes):
    usual = {"outcome": "upheld", "finding": "slippage_above_rule", "explanation": WORDS}
    usual["language"] = "en"
    remedies = (Remedy(code="explain"),)
    asked = ProposalSubmitted(staff="senior-1", remedies=remedies, **{**usual, **changes})
    events = put(case, asked)
    return next(event for event in events if not isinstance(event, StaffActed))


def test_every_point_of_an_appeal_has_its_own_finding():
    case = appeal("1", "2", "3")

    refused = propose(case, points=(on_point("1"),))
    accepted = propose(case, points=(on_point("1"), on_point("2", "thin_book")))

    assert (refused.rule, refused.article[:3]) == ("point-unanswered", "RTS")
    assert [(p.point, p.finding) for p in accepted.points] == [
        ("1", "within_rules"),
        ("2", "thin_book"),
        ("3", "slippage_above_rule"),
    ]


def test_a_finding_on_record_answers_its_point():
    case = appeal("1", "2")
    noted = {"finding": "thin_book", "confidence": 0.8, "reason": WORDS, "point": "2"}
    case.when(FindingSubmitted(staff="senior-1", **noted))

    assert [p.finding for p in propose(case).points] == ["slippage_above_rule", "thin_book"]


def test_one_point_is_answered_by_the_proposal_itself():
    assert [p.finding for p in propose(appeal("1")).points] == ["slippage_above_rule"]


def test_a_point_that_nobody_raised_is_no_answer():
    assert propose(appeal("1", "2"), points=(on_point("9"),)).rule == "point-unanswered"


@pytest.mark.parametrize(
    ("language", "rule"),
    [("zh", "language-of-filing"), (None, "language-of-filing"), ("en", None)],
)
def test_the_words_are_in_the_language_of_filing(language, rule):
    assert getattr(propose(appeal("1"), language=language), "rule", None) == rule


def test_another_outcome_than_a_finding_has_is_justified():
    case = appeal("1")
    other = {"finding": "under_min_deposit", "outcome": "goodwill"}

    refused = propose(case, **other)
    accepted = propose(case, **other, precedent_reason=Personal("The page showed another."))

    assert refused.rule == "precedent-reason-missing"
    assert names([accepted]) == ["RemedyProposed"]
    assert accepted.precedent_reason.text == "The page showed another."


def test_a_usual_outcome_needs_no_reason():
    assert propose(appeal("1"), finding="under_min_deposit", outcome="rejected").points
