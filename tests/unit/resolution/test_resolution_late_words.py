"""What the customer writes after the end: thanks, a word in time, a word too late."""

from datetime import timedelta

import pytest

from shared.events.base import Attachment
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from tests.unit.resolution.builders import (
    a_case,
    appealed,
    classified,
    confirmed,
    decided,
    kinds,
    withdrawn,
)

DAY = timedelta(days=1)
MORE = "My deposit is still missing."


def wrote(case, text=MORE, ago=timedelta(0), **more):
    said = MessageReceived(text=Personal(text), received_at=case.now - ago, **more)
    return case.when(said)


@pytest.fixture
def case():
    """Accepted on the first day; an appeal is possible for thirty."""
    found = a_case()
    found.when(classified())
    found.when(confirmed(decided(found)))
    found.elapse(DAY)
    return found


def test_a_word_in_time_reopens_at_the_next_level(case):
    (admitted,) = wrote(case)
    assert (admitted.level, admitted.by, admitted.reason.text) == (2, "message", MORE)
    assert case.state.closed is None


@pytest.mark.parametrize("days", [1, 60])
@pytest.mark.parametrize("text", ["Thank you!", "谢谢", "👍"])
def test_thanks_reopen_nothing_and_open_nothing(case, text, days):
    case.elapse(days * DAY)
    assert wrote(case, text) == []


def test_a_file_is_more_than_the_thanks_that_came_with_it(case):
    file = Attachment(
        sha256="ab", name=Personal("a.png"), media_type="image/png", size=1, status="clean"
    )
    assert kinds(wrote(case, "Thank you", attachments=(file,))) == ["AppealAdmitted"]


def test_a_word_after_the_time_for_an_appeal_is_a_new_matter(case):
    case.elapse(30 * DAY)
    (late,) = wrote(case, supplied={"txid": "ab"}, channel="email")
    assert (type(late).__name__, late.word.text.text) == ("LateMessageNoted", MORE)
    assert (late.word.user_id, late.word.supplied) == ("u-100", {"txid": "ab"})
    assert (late.word.received_at, late.word.channel) == (case.now, "email")
    assert case.state.closed == "upheld"


def test_the_last_second_of_the_time_reopens(case):
    case.elapse(29 * DAY - timedelta(seconds=1))
    assert kinds(wrote(case)) == ["AppealAdmitted"]


def test_what_was_written_before_the_end_reopens_nothing(case):
    assert wrote(case, ago=2 * DAY) == []


def test_a_word_before_the_end_is_for_whoever_has_the_case():
    case = a_case()
    decided(case)
    assert wrote(case) == []


def test_after_our_last_level_a_word_is_a_new_matter(case):
    case.when(appealed(case.state.decisions[0].decision_id))
    case.when(confirmed(decided(case, level=2, proposal_id="p-2")))
    case.elapse(DAY)
    assert kinds(wrote(case)) == ["LateMessageNoted"]


def test_after_a_withdrawal_a_word_is_a_new_matter():
    case = a_case()
    case.when(withdrawn())
    case.elapse(DAY)
    assert kinds(wrote(case)) == ["LateMessageNoted"]
