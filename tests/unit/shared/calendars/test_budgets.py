import pytest
from pydantic import ValidationError

from shared.rules.calendars import Budget


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("PT30M", "seconds", 1800),
        ("PT48H", "seconds", 172_800),
        ("P3D", "seconds", 259_200),
        ("90 seconds", "seconds", 90),
        ("480 business minutes", "business_minutes", 480),
        ("15 business_days", "business_days", 15),
        ("1 business_day", "business_days", 1),
        ("30 calendar_days", "calendar_days", 30),
        ("8 weeks", "weeks", 8),
        ("1 month", "months", 1),
    ],
)
def test_a_budget_is_read_from_its_words_and_told_in_the_same(text, kind, count):
    budget = Budget.model_validate(text)

    assert (budget.kind, budget.count) == (kind, count)
    assert Budget.model_validate(str(budget)) == budget


@pytest.mark.parametrize("text", ["", "soon", "3 fortnights", "-1 weeks", "1.5 weeks", "PT0.5S"])
def test_what_is_no_whole_number_of_a_known_unit_is_no_budget(text):
    with pytest.raises(ValidationError):
        Budget.model_validate(text)


def test_a_negative_duration_is_no_budget():
    with pytest.raises(ValidationError):
        Budget.model_validate("-PT5M")
