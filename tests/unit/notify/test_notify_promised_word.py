"""The word that each letter promises: it comes in time, and not while something else is said."""

from datetime import timedelta

import pytest

from tests.unit.notify.letterbox import (
    START,
    assigned,
    closed,
    decided,
    desk,
    frozen,
    info_requested,
    wait,
)


def test_the_promised_word_comes_in_time_and_promises_the_next():
    box = wait(desk(), timedelta(days=6, hours=11))
    assert box.kinds() == ["acknowledgement"]

    wait(box, timedelta(days=8))
    assert [x.about for x in box.letters("progress")] == [
        "still_open:2026-11-28T21:00:00Z",
        "still_open:2026-12-05T09:00:00Z",
    ]


def test_funds_in_danger_and_high_priority_hear_from_us_sooner():
    urgent, plain = desk(funds_in_danger=True), desk()
    plain.told(assigned(priority="P1"))

    assert [box.due("update").at - START for box in (urgent, plain)] == [timedelta(hours=42)] * 2
    assert len(wait(plain, timedelta(days=5)).letters("progress")) == 3


@pytest.mark.parametrize("fact", [info_requested(), decided(), closed()])
def test_while_the_customer_is_asked_or_answered_no_word_is_promised(fact):
    assert "update" not in desk().told(fact).state.due


def test_a_freeze_does_not_move_the_promise():
    box = desk()
    before = box.due("update")

    assert box.told(frozen()).due("update") == before
