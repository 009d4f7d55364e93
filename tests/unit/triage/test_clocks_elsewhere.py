"""What users of other systems complain about: each row names the report, and the rule here."""

from datetime import timedelta

import pytest

from shared.events.notify import LetterSent
from shared.events.verification import InfoProvided, InfoRequested
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    appealed,
    calm,
    cause,
    classified,
    closed,
    decision,
    found,
    instants,
    set_priority,
)

NOW, MINUTE, HOUR, DAY = timedelta(0), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ASK = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + 7 * DAY, staff="boss")
ANSWER = InfoProvided(items=("txid",))
LOWER = set_priority("P3", roles=("supervisor",))
WORD = LetterSent(letter_id="l", kind="progress", channel="email", sent_at=START + HOUR)
CASES = [
    (
        "zammad-188: reopening starts clocks of its own, none of the first round",
        [(NOW, decision()), (HOUR, appealed())],
        {
            "first_action:2": START + HOUR + 30 * MINUTE,
            "resolution:2": START + HOUR + 3 * DAY,
            "progress:2": START + HOUR + 2 * DAY,
        },
    ),
    (
        "zammad-2082: the first reply ends the first response and nothing else",
        [(MINUTE, cause())],
        {"resolution:1": RECEIVED + 3 * DAY, "progress:1": RECEIVED + 2 * DAY},
    ),
    (
        "zammad-2579: an automatic update is no first response, and does not replace it",
        [(HOUR, WORD)],
        {
            "first_action:1": RECEIVED + 30 * MINUTE,
            "resolution:1": RECEIVED + 3 * DAY,
            "progress:1": START + HOUR + 2 * DAY,
        },
    ),
    (
        "zammad-4353: a new promise in the middle keeps the start",
        [(MINUTE, LOWER)],
        {
            "first_action:1": RECEIVED + 4 * HOUR,
            "resolution:1": RECEIVED + 7 * DAY,
            "progress:1": RECEIVED + 7 * DAY,
        },
    ),
    (
        "zammad-1322: the answer counts by whichever channel it came, also a note on the web",
        [(NOW, ASK), (HOUR, ANSWER)],
        {
            "first_action:1": RECEIVED + 30 * MINUTE + HOUR,
            "resolution:1": RECEIVED + 3 * DAY + HOUR,
            "progress:1": RECEIVED + 2 * DAY + HOUR,
        },
    ),
    (
        "glpi-6902: the time spent waiting is not lost when the promise changes",
        [(NOW, ASK), (HOUR, ANSWER), (HOUR, LOWER)],
        {
            "first_action:1": RECEIVED + 4 * HOUR + HOUR,
            "resolution:1": RECEIVED + 7 * DAY + HOUR,
            "progress:1": RECEIVED + 7 * DAY + HOUR,
        },
    ),
    (
        "glpi-23359: the time after the decision is no pause of the next round",
        [(NOW, ASK), (HOUR, decision()), (9 * DAY, appealed())],
        {
            "first_action:2": START + 9 * DAY + 30 * MINUTE,
            "resolution:2": START + 9 * DAY + 3 * DAY,
            "progress:2": START + 9 * DAY + 2 * DAY,
        },
    ),
    ("chatwoot-10178: a goodbye after the end runs no clock", [(NOW, closed()), (HOUR, WORD)], {}),
    (
        "frappe-3465: what is closed does not open by an answer",
        [(NOW, closed()), (HOUR, ANSWER)],
        {},
    ),
    ("frappe-3465: nor by a question", [(NOW, decision()), (HOUR, ASK), (HOUR, ANSWER)], {}),
]


def played(steps):
    case = classified()
    found(case, "agent-x")
    for after, news in steps:
        case.now = max(case.now, START + after)
        case.when(news)
    return case


@pytest.mark.parametrize(("steps", "due"), [row[1:] for row in CASES], ids=[c[0] for c in CASES])
def test_a_report_about_another_system_is_answered(steps, due):
    assert instants(played(steps)) == due


def test_a_miss_does_not_grow_after_the_end():
    """chatwoot-15024."""
    case = played([])
    case.elapse(HOUR)
    case.when(decision())
    assert calm(case.elapse(100 * DAY)) == []
    assert case.when(decision()) == []


def test_a_promise_removed_takes_its_timer_along():
    """zammad-4359, zammad-5177."""
    case = played([(NOW, closed())])
    assert case.state.due == {}
    assert case.state.broken == {}
