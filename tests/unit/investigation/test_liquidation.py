"""The liquidation playbook: its formulas, its judgement, and what is no case."""

import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from services.investigation.cli import playbook
from services.investigation.playbooks.lines import answered, liquidation
from services.investigation.playbooks.margin import Position, inverse_price
from tests.unit.investigation.liquidation_cases import SHORT, TIERS, T, facts, judged

HIGH = [[T - 10, "55000"]]  # above the price of a long


def places(price: Decimal) -> str:
    return f"{price:.6f}"


@pytest.mark.parametrize(
    ("side", "price", "bankruptcy"),
    [("long", "54244.098443", "54000"), ("short", "65704.330513", "66000")],
)
def test_a_linear_position_has_the_published_prices(side, price, bankruptcy):
    position = Position(side, Decimal(1), Decimal(60000))
    rates = {"mmr": Decimal("0.004"), "fee": Decimal("0.0005")}

    assert places(position.price(Decimal(6000), **rates)) == price
    assert position.bankruptcy(Decimal(6000)) == Decimal(bankruptcy)


@pytest.mark.parametrize(
    ("side", "price", "bankruptcy"),
    [
        ("long", "54790.909091", "54545.454545"),
        ("short", "66366.666667", "66666.666667"),
    ],
)
def test_an_inverse_position_has_the_published_prices(side, price, bankruptcy):
    face, entry, margin = Decimal(60000), Decimal(60000), Decimal("0.1")
    none = Decimal(0)
    rates = Decimal("0.004"), Decimal("0.0005")

    assert places(inverse_price(side, face, entry, margin, *rates)) == price
    assert places(inverse_price(side, face, entry, margin, none, none)) == bankruptcy


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, "by_rule"),
        ({"kind": "auto_deleveraging", "mark": []}, "adl"),
        ({"mark": []}, "insufficient_data"),
        ({"tiers": []}, "insufficient_data"),
        ({"mark": [[T - 61, "54200"]]}, "insufficient_data"),
        ({"mark": [[T - 60, "54200"]]}, "late_execution"),
        ({"mark": [[T + 1, "54200"]]}, "insufficient_data"),
        ({"index": [[T - 10, "55000"]]}, "mark_price_deviation"),
        ({"index": []}, "by_rule"),
        ({"mark": [[T - 5, "54200"]], "index": []}, "by_rule"),
        ({"mark": [[T - 6, "54200"], [T - 3, "55000"]], "index": []}, "late_execution"),
        ({"mark": [[T - 1, "54216.8675"]], "last": []}, "premature"),
        ({"mark": HIGH}, "price_wick_only_last"),
        ({"mark": HIGH, "last": []}, "premature"),
        ({"mark": HIGH, "last": [[T + 1, "54000"]]}, "premature"),
        ({"added_margin": [{"t": T - 2, "amount": "100"}]}, "added_margin_ignored"),
        ({"added_margin": [{"t": T, "amount": "100"}]}, "by_rule"),
        ({"added_margin": [{"t": T - 5, "amount": "-4000"}], "mark": HIGH}, "by_rule"),
        (
            {"mark": [[T - 1, "54500"]], "liquidation": {"t": T, "engine_mmr": "0.01"}},
            "wrong_tier",
        ),
        (
            {
                "mark": [[T - 1, "54546"]],
                "liquidation": {"t": T, "engine_mmr": "0.01"},
            },
            "price_wick_only_last",
        ),
        (
            {
                "size": "10",
                "initial_margin": "60000",
                "mark": [[T - 1, "54100"]],
                "tiers": [{**TIERS[0]}, {**TIERS[1], "cum": "9000"}],
            },
            "wrong_tier",
        ),
        ({"margin_mode": "cross", "cross_wallet_extra": "500", "last": []}, "premature"),
        ({"margin_mode": "isolated", "cross_wallet_extra": "500"}, "by_rule"),
        ({**SHORT, "mark": [[T - 1, "65737"]], "index": [], "last": []}, "premature"),
        ({**SHORT, "mark": [[T - 1, "65738"]], "index": []}, "by_rule"),
    ],
)
def test_each_question_has_its_finding(changes, finding):
    assert judged(**changes).finding == finding


def test_the_price_is_that_of_the_margin_at_the_liquidation():
    added = [{"t": T - 2, "amount": "100"}, {"t": T + 2, "amount": "900"}]

    assert judged().liquidation_price == "54216.8675"
    assert judged(added_margin=added).liquidation_price == "54116.4659"


@pytest.mark.parametrize(
    ("mark", "at"), [("45000", T - 1), ("44999.9999", T - 1), ("45000.0001", None)]
)
def test_touching_counts_as_crossing(mark, at):
    found = judged(entry="50000", initial_margin="5180", mark=[[T - 1, mark]])

    assert (found.liquidation_price, found.first_mark_cross_t) == ("45000.0000", at)


@pytest.mark.parametrize(("size", "mmr"), [("1", "0.004"), ("10", "0.01"), ("100", "0.01")])
def test_the_tier_is_that_of_the_notional_at_the_price(size, mmr):
    margin = str(6000 * int(size))

    assert judged(size=size, initial_margin=margin).tier_mmr == mmr


@pytest.mark.parametrize(("margin", "mmr"), [("51000", "0.004"), ("50999", "0.01")])
def test_a_notional_at_a_cap_is_still_in_its_tier(margin, mmr):
    found = judged(size="5", initial_margin=margin)

    assert found.tier_mmr == mmr
    assert (found.liquidation_price == "50000.0000") is (mmr == "0.004")


@pytest.mark.parametrize(("side", "mmr"), [("long", "0.004"), ("short", "0.01")])
def test_a_table_that_jumps_has_one_answer_too(side, mmr):
    jumps = [TIERS[0], {**TIERS[1], "cum": "0"}]
    margin = {"long": "51000", "short": "-48500"}[side]

    assert judged(side=side, size="5", initial_margin=margin, tiers=jumps).tier_mmr == mmr


def test_tiers_and_ticks_come_in_any_order():
    plain = judged()
    mixed = judged(tiers=TIERS[::-1], mark=[*facts()["mark"][::-1], *facts()["mark"]])

    assert mixed == plain


@pytest.mark.parametrize("index", ["54200", "55000"])
def test_of_two_prices_at_one_time_the_one_that_crossed_is_beside_the_index(index):
    found = judged(mark=[[T - 1, "54200"], [T - 1, "55000"]], index=[[T - 1, index]])

    assert found.finding == {"54200": "by_rule", "55000": "mark_price_deviation"}[index]


def test_the_first_crossings_are_told_also_where_they_came_too_late():
    found = judged(mark=[[T - 5, "55000"], [T + 7.5, "1"]], last=[[T + 3, "1"]])

    assert (found.first_mark_cross_t, found.first_last_cross_t) == (T + 7.5, T + 3)
    assert judged(mark=HIGH, last=HIGH).first_mark_cross_t is None


@pytest.mark.parametrize("finding", ["by_rule", "insufficient_data", "adl"])
def test_what_was_right_or_is_unknown_is_not_paid_for(finding):
    changes = {"insufficient_data": {"mark": []}, "adl": {"kind": "auto_deleveraging"}}
    found = judged(**changes.get(finding, {}))

    assert (found.finding, found.compensation_review) == (finding, False)
    assert judged(mark=HIGH).compensation_review is True


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"size": "0"}, "wrong_type"),
        ({"size": "-1"}, "wrong_type"),
        ({"entry": "1e400"}, "wrong_type"),
        ({"initial_margin": "NaN"}, "wrong_type"),
        ({"side": "up"}, "wrong_type"),
        ({"mark": [[T, "a"]]}, "wrong_type"),
        ({"mark": [[T]]}, "missing_field"),
        ({"mark": {"t": "1"}}, "wrong_type"),
        ({"liquidation": {}}, "missing_field"),
        ({"tiers": [{"notional_cap": "1", "mmr": "1", "cum": "0"}]}, "wrong_type"),
    ],
)
def test_what_is_no_case_is_answered_by_an_error(changes, error):
    line = json.dumps(facts(**changes)).encode()

    assert json.loads(answered(line, liquidation)) == {"id": "1", "error": error}


def test_the_widest_numbers_are_judged_too():
    wide = {
        "size": "1e-40",
        "entry": "1e40",
        "initial_margin": "-1e40",
        "rules": {"max_mark_index_deviation": "0", "max_trigger_lag_s": "1e40"},
    }
    answer = json.loads(answered(json.dumps(facts(**wide)).encode(), liquidation))

    assert (answer["finding"], len(answer["liquidation_price"])) == ("by_rule", 86)


def test_the_command_answers_each_line_in_its_place(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{json.dumps(facts())}\nno case\n{json.dumps(facts(id=7))}\n")

    result = CliRunner().invoke(playbook, ["liquidation", str(file)])

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["1", None, 7]
    assert list(answers[0]) == [
        "id",
        "finding",
        "liquidation_price",
        "tier_mmr",
        "first_mark_cross_t",
        "first_last_cross_t",
        "compensation_review",
        "remedy",
        "explanation",
    ]
