from datetime import date

import pytest

from services.investigation.rules.confirmations import REQUIREMENTS, requirement


def test_the_rule_of_the_day_holds():
    assert requirement("ethereum", date(2022, 9, 14)).required == 30
    assert requirement("ethereum", date(2022, 9, 15)).required == 64


def test_before_the_first_rule_there_is_none():
    assert requirement("bitcoin", date(2009, 1, 3)) is None


def test_an_unknown_network_has_no_rule():
    assert requirement("cardano", date(2025, 1, 1)) is None


@pytest.mark.parametrize("chain", REQUIREMENTS)
def test_each_rule_waits_and_looks_again(chain):
    rules = REQUIREMENTS[chain]

    assert all(rule.required > 0 and rule.recheck_seconds > 0 for rule in rules)
    assert len({rule.since for rule in rules}) == len(rules)
