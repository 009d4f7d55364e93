"""Values that no exchange should answer."""

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
TIMES = st.datetimes().map(lambda at: at.isoformat() + "Z") | st.none() | JSON
MONEY = st.sampled_from(["0.4", "1", "0", "-1", "9" * 20, "0." + "0" * 17 + "1", "1e400"]) | JSON


def bent(good, **odd):
    """The good values, any of which may be missing or odd instead."""
    fields = {name: st.just(value) | odd.get(name, JSON) for name, value in good.items()}
    return st.fixed_dictionaries({}, optional=fields) | st.fixed_dictionaries(fields) | JSON
