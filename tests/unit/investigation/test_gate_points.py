"""The gate where the complaint itself raises several matters, and where a playbook proposes."""

from dataclasses import replace

import pytest

from services.investigation.rules.gate import Proposed, article_of, gap
from services.investigation.state import InvestigationState
from services.investigation.state.case import Owner
from services.notify.letters.outside import body_of
from shared.events.base import Remedy
from shared.events.investigation import (
    CauseSubmitted,
    FindingSubmitted,
    PointFinding,
    ProposalSubmitted,
)
from shared.events.personal import Personal
from shared.rules.calendars import pack, packs
from tests.unit.investigation.stage_cases import (
    OURS,
    admitted,
    answered,
    assigned,
    chain,
    investigation,
    names,
    put,
)

WORDS = Personal("The deposit was late, and we say why.")
TWO = ("deposit_withdrawal", "kyc")
SOUND = Proposed("upheld", "late", (Remedy(code="explain"),), WORDS)


def raising(*points):
    """A deposit that the playbook can decide, in a complaint that raises these matters."""
    case = investigation()
    case.when(admitted())
    case.when(assigned().model_copy(update={"points": points}))
    return case, answered(case, chain=chain((OURS, 50_000_000), confirmations=2))


def test_a_playbook_decides_a_complaint_of_one_matter():
    _, events = raising()
    assert "RemedyProposed" in names(events)


def test_a_second_matter_that_nobody_looked_at_goes_to_a_person_with_what_was_found():
    case, events = raising(*TWO)
    task = events[-1]

    assert names(events) == ["EvidenceAdded", "FindingRecorded", "WorkItemOpened"]
    assert (task.reason, task.points) == ("point-unanswered", TWO)
    assert case.state.proposal is None


def test_a_person_answers_both_matters_of_a_first_complaint():
    case, _ = raising(*TWO)
    case.when(CauseSubmitted(staff="agent-1", cause="platform", confidence=0.9))
    ask = {"outcome": "upheld", "finding": "late", "remedies": (Remedy(code="explain"),)}
    ask["language"] = "en"
    refused = case.when(ProposalSubmitted(staff="agent-1", explanation=WORDS, **ask))[0]
    noted = {"finding": "kyc_in_progress", "confidence": 0.8, "reason": WORDS, "point": "kyc"}
    case.when(FindingSubmitted(staff="agent-1", **noted))
    accepted = put(case, ProposalSubmitted(staff="agent-1", explanation=WORDS, **ask))[1]

    assert (refused.rule, refused.article[:3]) == ("point-unanswered", "RTS")
    assert [(one.point, one.finding) for one in accepted.points] == [
        ("deposit_withdrawal", "late"),
        ("kyc", "kyc_in_progress"),
    ]


def gap_of(jurisdiction="default", raised=(), **changes):
    owner = Owner(level=1, assignee="a", category="kyc", language="en", points=raised)
    return gap(InvestigationState(owner=owner), replace(SOUND, **changes), jurisdiction)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"explanation": None}, "reason-missing"),
        ({"explanation": Personal(" ")}, "reason-missing"),
        ({"remedies": ()}, "remedy-missing"),
        ({"remedies": (), "outcome": "rejected"}, None),
        ({"language": "zh"}, "language-of-filing"),
        ({"language": "en"}, None),
        ({"finding": "under_min_deposit", "outcome": "goodwill"}, "precedent-reason-missing"),
    ],
)
def test_what_a_decision_must_not_lack(changes, rule):
    assert gap_of(**changes) == rule


@pytest.mark.parametrize(
    ("filed", "written", "rule"),
    [
        ("zh", None, None),
        ("de", None, "language-of-filing"),
        ("de", "de", None),
        ("de", "en", "language-of-filing"),
        ("und", None, None),
        ("und", "en", None),
        (None, "en", None),
        ("und", "", "language-of-filing"),
        ("en", "", "language-of-filing"),
    ],
)
def test_a_decision_is_in_the_language_of_filing(filed, written, rule):
    """A playbook (None) decides where the letters have the language."""
    owner = Owner(level=1, assignee="a", category="kyc", language=filed)
    asked = replace(SOUND, language=written)
    assert gap(InvestigationState(owner=owner), asked, "default") == rule


def test_a_point_without_a_reason_is_not_answered():
    empty = PointFinding(point="kyc", finding="x", reason=Personal(""))
    assert gap_of(raised=("kyc",), points=(empty,)) == "reason-missing"


def test_a_law_that_asks_for_a_body_outside_has_one_and_letters_name_it():
    asking = [name for name in packs() if "outside_body" in pack(name).decision]

    assert {"uk_disp", "au_rg271"} <= set(asking)
    assert [gap_of(name) for name in packs()] == [None] * len(packs())
    assert all(body_of(name) for name in asking)


@pytest.mark.parametrize(
    ("lacking", "rule"),
    [("outside_body", "outside-body-missing"), ("refer_within", "time-limit-missing")],
)
def test_without_what_the_law_of_the_place_names_no_decision_leaves(lacking, rule, monkeypatch):
    law = pack("uk_disp").model_copy(update={lacking: None})
    monkeypatch.setattr("services.investigation.rules.gate.pack", lambda _name: law)
    assert gap_of("uk_disp") == rule
    assert article_of(rule, "uk_disp") == "DISP 1.6.2R"


def test_a_rule_is_written_in_the_law_of_the_place_or_in_the_rts():
    assert article_of("reason-missing", "uk_disp") == "DISP 1.6.2R"
    assert article_of("reason-missing", "default").startswith("RTS")
    assert article_of("not-your-case", "uk_disp") is None
