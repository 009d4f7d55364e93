"""Of what the sources of a network leave open nobody is written to."""

import pytest

from tests.unit.notify.letterbox import desk, rechecked


@pytest.mark.parametrize(
    "doubt", [rechecked("manual_review", indeterminate=True), rechecked("not_found")]
)
def test_of_what_the_sources_leave_open_nothing_is_told(doubt):
    assert desk().told(doubt).letters("progress") == []
