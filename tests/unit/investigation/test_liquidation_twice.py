"""The playbook beside a second judge, on positions and prices that chance makes."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.investigation.liquidation_cases import T, facts, judged
from tests.unit.investigation.liquidation_reference import Reference

TABLE = [("50000", "0.004", "0"), ("250000", "0.01", "300"), ("900000", "0.02", "2800")]
TIERS = [dict(zip(("notional_cap", "mmr", "cum"), row, strict=True)) for row in TABLE]
PERCENT = st.integers(-40, 40)


@st.composite
def cases(draw):
    """Ticks lie near the price of the margin that was there at first."""
    side, size = draw(st.sampled_from(["long", "short"])), draw(st.sampled_from([1, 4, 14]))
    margin = 60000 * size // draw(st.sampled_from([5, 10, 20]))
    base = {"side": side, "size": str(size), "initial_margin": str(margin), "tiers": TIERS}
    opened = facts(**base, margin_mode="isolated")
    near = Reference(opened).tier(Fraction(margin))[0]

    def ticks(most):
        times = draw(st.lists(st.integers(T - 70, T + 5), max_size=most, unique=True))
        return [[t, f"{float(near * (1000 + draw(PERCENT)) / 1000):.4f}"] for t in times]

    added = draw(st.lists(st.tuples(st.integers(T - 80, T + 2), st.integers(-9, 40)), max_size=2))
    return {
        **base,
        "kind": draw(st.sampled_from(["liquidation"] * 9 + ["auto_deleveraging"])),
        "margin_mode": draw(st.sampled_from(["isolated", "cross"])),
        "cross_wallet_extra": str(margin // draw(st.sampled_from([10, 100]))),
        "added_margin": [{"t": t, "amount": str(margin * n // 100)} for t, n in added],
        "mark": ticks(5),
        "last": ticks(3),
        "index": ticks(2),
        "liquidation": {"t": T, "engine_mmr": draw(st.sampled_from(["0.004", "0.01", "0.02"]))},
        "rules": {"max_mark_index_deviation": "0.02", "max_trigger_lag_s": 20},
    }


@settings(max_examples=400, deadline=None)
@given(cases())
def test_two_judges_agree(changes):
    found, other = judged(**changes), Reference(facts(**changes))
    price, mmr, _ = other.tier(other.margin(Fraction(T)))

    assert found.finding == other.finding()
    assert found.tier_mmr == f"{float(mmr):g}"
    assert float(found.liquidation_price) == pytest.approx(float(price), abs=0.0001)
    assert found.first_mark_cross_t == other.first("mark", other.right)
    assert found.first_last_cross_t == other.first("last", other.right)
