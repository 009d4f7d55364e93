"""Who reads a customer's words says why, for a while; and each reading is on record once."""

from datetime import timedelta

import pytest

from services.notify.reading.log import ground_of
from services.notify.reading.state import ONCE_WITHIN
from shared.events import triage
from shared.events.notify import (
    AccessGranted,
    AccessRefused,
    AccessRevoked,
    AccessSubmitted,
    CaseRead,
    CaseReadSubmitted,
)
from shared.events.resolution import CaseClosed
from shared.http.tokens import Principal
from tests.stories import Story
from tests.unit.notify.letterbox import START, Desk, assigned, desk

ADA, BOB = "agent-ada", "supervisor-bob"
HOUR = timedelta(hours=1)
COMPLAINT = "4c9e2f6a-7f0e-4c53-a8f4-2c4b2a5c9a10"


def asked(staff=ADA, holder=ADA, *, on=True, role="agent", **more):
    return AccessSubmitted(
        staff=staff, holder=holder, on=on, reason="review", roles=(role,), **more
    )


def read(staff=ADA, part="case", evidence_id=None):
    return CaseReadSubmitted(
        staff=staff, part=part, evidence_id=evidence_id, ground="grant", reason="review"
    )


def of(box, kind):
    return [event for event in box.events if isinstance(event, kind)]


def test_who_says_why_may_read_for_the_hour_of_the_policy():
    box = desk()
    box.when(asked())

    (granted,) = of(box, AccessGranted)
    assert (granted.holder, granted.staff, granted.reason) == (ADA, ADA, "review")
    assert granted.until == START + HOUR


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (asked(role="operator"), "role-too-low"),
        (asked(role="privacy"), "role-too-low"),
        (asked(holder="agent-other"), "role-too-low"),
        (asked(on=False), "role-too-low"),
        (asked(expected_sequence=1), "case-moved-on"),
    ],
)
def test_what_access_a_person_cannot_get_or_give(command, rule):
    box = desk()
    box.when(command)

    assert [one.rule for one in of(box, AccessRefused)] == [rule]
    assert of(box, AccessGranted) == of(box, AccessRevoked) == []


def test_nobody_opens_what_was_never_received():
    box = Desk()
    box.when(asked())

    assert [one.rule for one in of(box, AccessRefused)] == ["not-received"]


def test_who_was_kept_out_gets_back_in_by_another_only():
    box = desk()
    box.when(asked(BOB, on=False, role="supervisor"))
    box.when(asked())
    assert [one.rule for one in of(box, AccessRefused)] == ["access-revoked"]

    box.when(asked(BOB, role="supervisor"))
    box.when(asked())
    assert [one.staff for one in of(box, AccessGranted)] == [BOB, ADA]


def test_a_reading_counts_once_in_a_quarter_of_an_hour_for_each_person_and_piece():
    box = desk()
    for what in (read(), read(), read(BOB), read(part="evidence", evidence_id="e-1"), read()):
        box.when(what)
    assert len(of(box, CaseRead)) == 3

    box.now += ONCE_WITHIN
    box.when(read())
    assert len(of(box, CaseRead)) == 4
    assert len(box.state.readings) == 1


def ground(seconds, *data, who=ADA, role="agent"):
    events = Story(COMPLAINT, START).tell(*((0.0, one) for one in data)).events
    found = ground_of(events, Principal(who, frozenset({role})), START + timedelta(seconds=seconds))
    return found and found.ground


def granted(until=START + HOUR):
    return AccessGranted(holder=ADA, until=until, reason="review", staff=ADA)


def test_a_grant_ends_by_time_and_by_word_and_is_nobody_elses():
    revoked = AccessRevoked(holder=ADA, reason="left", staff=BOB)

    assert ground(3599, granted()) == "grant"
    assert ground(3600, granted()) is None
    assert ground(1, granted(), revoked) is None
    assert ground(1, granted(), revoked, granted()) == "grant"
    assert ground(1, granted(), who=BOB) is None
    assert ground(1, granted(), role="operator") is None


def test_who_has_the_case_reads_it_while_they_have_it():
    gone = triage.LeaseExpired(assignee="me", level=1, until=START + HOUR)
    over = CaseClosed(outcome="upheld", level=1, decision_id="d-1")
    mine = assigned().model_copy(update={"assignee": "me"})

    assert ground(1, mine, who="me") == "assignee"
    assert ground(1, mine) is None
    assert ground(1, mine, gone, who="me") is None
    assert ground(1, mine, over, who="me") is None
