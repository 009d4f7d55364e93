"""What a record looks like, without a word of what it says."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.runner.masked import MOST_LINES, masked

CASE = "0a0a0a0a-0000-4000-8000-00000000c0de"
WORDS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=1, max_size=9)
VALUES = st.recursive(
    WORDS | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=30,
)


def test_ids_and_types_are_shown_and_everything_else_by_kind_and_size():
    value = {
        "id": CASE,
        "type": "redress.verified.v1",
        "sequence": 3,
        "data": {"email": "mia@customers.example", "paid": True, "amount": 12, "more": [None]},
    }

    assert masked(orjson.dumps(value)) == [
        "object",
        f"  id: {CASE}",
        "  type: redress.verified.v1",
        "  sequence: 3",
        "  data: object",
        "    email: text of 21 characters",
        "    paid: yes or no",
        "    amount: number",
        "    more: list of 1",
        "      -: nothing",
    ]


def test_a_field_of_the_envelope_that_holds_something_else_is_masked():
    odd = {"id": "+34600000000", "type": "mia", "time": "noon", "lane": "mia", "sequence": "mia"}

    assert all("text of" in line for line in masked(orjson.dumps(odd))[1:])
    assert "text of 36 characters" in masked(orjson.dumps({"data": {"id": CASE}}))[2]


@given(VALUES)
def test_no_word_of_any_value_or_name_is_shown(value):
    shown = "\n".join(masked(orjson.dumps({"data": value})))

    assert shown.isascii()


def test_what_is_no_json_is_told_by_its_size_and_what_is_huge_is_cut():
    assert masked(b"mia@customers.example") == ["21 bytes that are no JSON"]
    assert masked(None) == masked(b"") == ["no value"]
    assert len(masked(orjson.dumps(list(range(10_000))))) == MOST_LINES + 1
    deep = b'{"a":' * 300 + b"1" + b"}" * 300
    assert len(masked(deep)) < MOST_LINES
