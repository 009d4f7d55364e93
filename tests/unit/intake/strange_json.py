"""JSON that no client should send: any tree, what JSON has no word for, and bytes gone wrong."""

import json

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)  # half surrogate pairs too
ODD_TEXT = st.sampled_from(
    [
        *("", " ", "\0", "\u202e", "a" + "\u0301" * 40, "\ud800", "\ufeff", "\uffff", "😀" * 9),
        *("$where", "a.b", "__proto__", "constructor", "x" * 20_000, "x" * 20_001, "1e999", "-0"),
        *("a@b.example", "a@b\r\nBcc: c@d", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"),
        *("1.000000000000000001", "BTC", "deposit_withdrawal", "zh-Hant", "web_form"),
    ]
)
WORDS = st.text(st.characters(categories=["L", "N", "So"]), min_size=1, max_size=9)
TEXT = WORDS | WORDS | ANY_TEXT | ODD_TEXT
NUMBER = st.integers() | st.sampled_from([2**63, -(2**63) - 1, 10**4000, -(10**30)]) | st.floats()
LEAF = st.none() | st.booleans() | NUMBER | TEXT
TREE = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)


def forms(required, optional):
    """Bodies that are good but for a few fields, which hold any text or any tree."""
    known = {**required, **optional}
    good = st.fixed_dictionaries(
        {name: st.just(value) for name, value in required.items()},
        optional={name: st.just(value) for name, value in optional.items()},
    )
    changes = st.dictionaries(st.sampled_from(sorted(known)), TEXT | TEXT | LEAF | TREE, max_size=3)
    added = st.just({}) | st.just({}) | st.dictionaries(TEXT, LEAF, max_size=1)
    return st.builds(
        lambda *parts: {k: v for part in parts for k, v in part.items()}, good, changes, added
    )


def bodies(values):
    """A value on the wire, now and then deep, cut, doubled or with other bytes in it."""
    return st.builds(
        _wire, values, st.booleans(), st.sampled_from([0] * 30 + [5, 19, 21, 5000]), HARM
    )


HARM = (
    st.just([])
    | st.just([])
    | st.just([])
    | st.lists(
        st.tuples(st.sampled_from(["cut", "put", "twice"]), st.floats(0, 1), st.binary(max_size=6)),
        max_size=2,
    )
)


def _wire(value, escaped, depth, harm):
    text = json.dumps(value, ensure_ascii=escaped)
    for _ in range(depth):
        text = f'{{"a":{text}}}'
    raw = text.encode("utf-8", "surrogatepass")
    for kind, place, what in harm:
        at = int(place * len(raw))
        raw = {"cut": raw[:at], "put": raw[:at] + what + raw[at:], "twice": raw[:at] + raw}[kind]
    return raw
