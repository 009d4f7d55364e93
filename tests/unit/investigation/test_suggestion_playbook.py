"""Product suggestions: which item of the product list they belong to, in eight languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.investigation.playbooks.suggestion import SUGGESTION, product_of
from shared.events.personal import Personal
from tests.unit.investigation.stage_cases import admitted, assigned, investigation, put

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("It would be great if you added a DARK MODE.", "dark_mode"),
        ("Ce serait bien d'ajouter un mode sombre.", "dark_mode"),
        ("Добавьте, пожалуйста, тёмную тему", "dark_mode"),
        ("Xin thêm chế độ tối", "dark_mode"),
        ("xin them che do toi", "dark_mode"),
        ("ダークモードがほしいです", "dark_mode"),
        ("다크 모드를 추가해 주세요", "dark_mode"),
        ("请增加csv导出功能", "data_export"),
        ("Quisiera exportar mi historial", "data_export"),
        ("希望能增加网格交易的自定义模板", "grid_trading"),
        ("a withdrawal address book with labels", "address_book"),
        ("dark mode and export to CSV", "data_export"),
        ("dark mode and an export", "dark_mode"),
        ("I love your exchange", None),
        ("reexported", None),
        ("", None),
    ],
)
def test_a_suggestion_belongs_to_the_item_of_which_it_says_most(text, product):
    assert product_of(text, None, DAY) == product


@pytest.mark.parametrize(
    ("text", "asset", "product"),
    [
        ("please support lightning", "BTC", "lightning"),
        ("btc lightning deposits please", None, "lightning"),
        ("please support lightning", None, None),
        ("please support lightning", "ETH", None),
        ("lightning for wbtcx", None, None),
    ],
)
def test_an_item_of_an_asset_needs_the_asset_too(text, asset, product):
    assert product_of(text, asset, DAY) == product


def test_an_item_counts_from_its_day_on():
    assert product_of("dark mode", None, date(2023, 12, 31)) is None
    assert product_of("dark mode", None, date(2024, 1, 1)) == "dark_mode"


def test_each_item_is_found_by_each_of_its_words():
    for item in SUGGESTION.rules:
        for word in item.words:
            assert product_of(f"({word.upper()})", next(iter(item.assets), None), DAY) == item.id


@given(text=st.text(), asset=st.none() | st.text(), day=st.dates())
def test_any_text_has_an_item_or_none(text, asset, day):
    found = product_of(text, asset, day)

    assert found is None or found in {item.id for item in SUGGESTION.rules}


def test_the_item_is_in_what_was_found_and_the_words_are_not():
    case = investigation()
    case.when(assigned(category="product_suggestion"))
    told = {"subject": Personal("An idea"), "description": Personal("canary: a dark mode")}
    noted, _, finding, cause, proposal = put(case, admitted(**told))

    assert noted.claim.product == "dark_mode"
    assert finding.details == proposal.details == {"product": "dark_mode"}
    assert (cause.cause, proposal.remedies[0].code) == ("rules_applied", "product_note")
    assert "canary" not in str(case.state)


def test_whoever_has_no_account_may_suggest_too():
    case = investigation()
    case.when(assigned(category="product_suggestion"))

    assert put(case, admitted(user_id=None))[-1].finding == "suggestion"
