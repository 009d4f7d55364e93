"""Who takes a case: by team, language, level and load, always the same on replay."""

import pytest

from services.triage.rules.assign import PEOPLE, ROSTER, Person, choose, team_for
from services.triage.rules.category import CATEGORIES

ZH = Person(id="agent-zh-1", level=1, teams={"payments"}, languages={"zh"})
EN = Person(id="agent-en-1", level=1, teams={"payments"}, languages={"en"})
EN_TWO = Person(id="agent-en-2", level=1, teams={"payments"}, languages={"en"})
SENIOR = Person(id="senior-1", level=2, teams={"payments"}, languages={"en"})
OTHER_TEAM = Person(id="agent-api-1", level=1, teams={"trading"}, languages={"en"})
ALL = (SENIOR, OTHER_TEAM, EN_TWO, EN, ZH)


def chosen(**given):
    wanted = {"team": "payments", "language": "en", "load": {}, "excluded": (), "level": 1}
    return choose(ALL, **wanted | given)


def test_a_case_goes_to_somebody_who_speaks_its_language():
    assert chosen(language="zh") == "agent-zh-1"


def test_a_case_goes_to_its_team_only():
    assert chosen(team="trading", language="zh") == "agent-api-1"


def test_equal_load_is_broken_by_id():
    assert chosen() == "agent-en-1"


def test_the_least_loaded_goes_first():
    assert chosen(load={"agent-en-1": 3, "agent-en-2": 2}) == "agent-en-2"


def test_an_excluded_person_never_gets_the_case():
    assert chosen(excluded={"agent-en-1", "agent-en-2"}) == "senior-1"


def test_an_appeal_goes_to_a_higher_level():
    assert chosen(level=2) == "senior-1"


def test_a_rare_language_does_not_leave_a_case_lying():
    assert chosen(language="th") == "agent-en-1"


def test_nobody_fits_an_unknown_team():
    assert chosen(team="nobody") is None


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_team_with_people_on_both_levels(category):
    team = team_for(category, "P3", emergency=False)
    assert {person.level for person in PEOPLE if team in person.teams} == {1, 2}


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_emergency_goes_to_security(category):
    assert team_for(category, "P1", emergency=True) == ROSTER.emergency_team
