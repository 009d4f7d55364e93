"""How well texts in eight languages are understood; a quarter of the cases are traps."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.triage.rules import classify
from shared.rules.first_screen import funds_in_danger

CASES = Path(__file__).parent / "cases"
SETS = ("tuning", "held_out")


@cache
def judged(name):
    lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [(case, classify(case["text"])) for case in map(json.loads, lines)]


def share(name, field):
    right = [getattr(found, field) == case[field] for case, found in judged(name)]
    return sum(right) / len(right)


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_category_is_right(name):
    assert share(name, "category") >= 0.95


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_priority_is_right(name):
    assert share(name, "priority") >= 0.93


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_language_is_right(name):
    assert share(name, "language") >= 0.98


@pytest.mark.parametrize("name", SETS)
def test_no_emergency_is_taken_for_anything_else(name):
    missed = [c["id"] for c, found in judged(name) if c["priority"] == "P1" != found.priority]
    assert missed == []


@pytest.mark.parametrize("name", SETS)
def test_no_wish_or_greeting_is_taken_for_an_emergency(name):
    alarmed = [c["id"] for c, found in judged(name) if c["priority"] == "P4" and found.emergency]
    assert alarmed == []


def of_blind(**wanted):
    return [
        (case, found)
        for case, found in judged("blind")
        if all(case[name] == value for name, value in wanted.items())
    ]


def right(pairs, field):
    return sum(getattr(found, field) == case[field] for case, found in pairs) / len(pairs)


def test_most_texts_that_nobody_has_worked_on_are_understood():
    assert right(of_blind(), "category") >= 0.87
    assert right(of_blind(trap=True), "category") >= 0.80
    assert right(of_blind(), "priority") >= 0.84


@pytest.mark.parametrize("language", ["zh", "en", "ko", "ja", "ru", "es", "fr", "vi"])
def test_no_language_is_left_behind(language):
    assert right(of_blind(language=language), "category") >= 0.78


def test_most_emergencies_that_nobody_has_worked_on_are_found():
    assert right(of_blind(priority="P1"), "priority") >= 0.84
    raised = [pair for pair in of_blind() if pair[1].emergency]
    assert right(raised, "priority") >= 0.70


def test_an_emergency_that_is_missed_is_at_least_urgent():
    assert {found.priority for _, found in of_blind(priority="P1")} <= {"P1", "P2"}


def test_the_first_screen_hears_most_emergencies_that_nobody_has_worked_on():
    heard = [funds_in_danger(case["text"]) for case, _ in of_blind(priority="P1")]
    calm = [funds_in_danger(case["text"]) for case, _ in of_blind() if case["priority"] != "P1"]
    assert sum(heard) / len(heard) >= 0.87
    assert sum(calm) / len(calm) <= 0.05


def test_the_language_of_texts_that_nobody_has_worked_on_is_told():
    long = [pair for pair in of_blind() if len(pair[0]["text"]) > 20]
    assert right(long, "language") >= 0.99


def test_every_category_is_tried_in_every_language():
    seen = Counter((c["category"], c["language"]) for name in SETS for c, _ in judged(name))
    languages = ("zh", "en", "ko", "ja", "ru", "es", "fr", "vi")
    categories = {category for category, _ in seen}
    assert len(categories) == 8
    assert [(c, tongue) for c in categories for tongue in languages if not seen[c, tongue]] == []


def test_a_quarter_of_the_cases_are_traps():
    traps = [case["trap"] for name in SETS for case, _ in judged(name)]
    assert sum(traps) / len(traps) >= 0.25


def test_every_decision_names_the_rules_that_made_it():
    for case, found in judged("tuning"):
        assert found.reasons, case["id"]
        assert all(reason.version == found.version for reason in found.reasons)
        assert 0 <= found.confidence <= 1


@pytest.mark.parametrize("name", SETS)
def test_the_first_screen_hears_nearly_every_emergency(name):
    emergencies = [case["text"] for case, _ in judged(name) if case["priority"] == "P1"]
    assert sum(map(funds_in_danger, emergencies)) / len(emergencies) >= 0.95


@pytest.mark.parametrize("name", SETS)
def test_the_first_screen_seldom_raises_a_false_alarm(name):
    harmless = [case["text"] for case, _ in judged(name) if case["priority"] != "P1"]
    assert sum(map(funds_in_danger, harmless)) / len(harmless) <= 0.03
