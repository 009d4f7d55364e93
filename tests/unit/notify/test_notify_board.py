"""Where the board puts a complaint: its furthest milestone, whatever order rows come in."""

import itertools
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from services.notify.board.board import ANSWERED, RECEIVED, Board
from services.notify.board.cursor import Cursor
from services.notify.board.places import GONE, furthest, place_of
from services.notify.board.risks import risk_of
from shared.events.intake import ComplaintReceived
from shared.events.resolution import AppealAdmitted, CaseClosed, DecisionMade
from shared.events.triage import (
    CaseAssigned,
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockStopped,
    ClockWarned,
)
from shared.events.verification import AdmissibilityDecided
from shared.testing.scenario import COMPLAINT, START


def row(event, seconds=0.0, complaint=COMPLAINT, lane="normal", sequence=1, **data):
    return {
        "complaint": complaint,
        "stage": "any",
        "type": event.event_type,
        "time": START + timedelta(seconds=seconds),
        "lane": lane,
        "value": orjson.dumps({"data": data, "sequence": f"{sequence:08}"}),
    }


LIFE = (
    row(ComplaintReceived, 0),
    row(AdmissibilityDecided, 1, admissible=True),
    row(CaseAssigned, 2, level=1),
    row(DecisionMade, 3, level=1),
    row(CaseClosed, 4, level=1),
    row(AppealAdmitted, 5, level=2),
)


@pytest.mark.parametrize(
    ("life", "level", "rank"),
    [(LIFE[:1], 1, 0), (LIFE[:3], 1, 3), (LIFE[:4], 1, 5), (LIFE[:5], 1, GONE), (LIFE, 2, 2)],
)
def test_the_furthest_milestone_of_the_highest_level_counts_in_any_order(life, level, rank):
    for order in itertools.islice(itertools.permutations(life), 200):
        assert furthest(order)[:2] == (level, rank)


def test_an_inadmissible_complaint_leaves():
    assert place_of(row(AdmissibilityDecided, admissible=False)).rank == GONE


def test_other_events_move_nothing():
    assert place_of(row(ClockStarted, clock="x", level=3)) is None
    assert furthest([row(ClockStarted)]) is None


def test_the_wait_is_counted_from_the_first_of_equal_milestones():
    later, first = row(CaseAssigned, 9, level=1), row(CaseAssigned, 2, level=1)

    assert furthest([later, first]).since == first["time"]


def test_columns_count_open_complaints_and_their_longest_wait():
    board = Board()
    for number, last in ((1, 1), (2, 3), (3, 3), (4, 5)):
        board.put(str(number), furthest(LIFE[:last]))
    view = board.view(START + timedelta(minutes=2))

    assert {c.stage: c.count for c in view.columns if c.count} == {"intake": 1, "investigation": 2}
    assert view.columns[3].oldest_s == 118
    assert view.columns[1].oldest_s is None
    assert view.open == 3


def test_a_place_is_never_given_up_for_an_earlier_one_and_closing_clears_it():
    board = Board()
    board.put(COMPLAINT, furthest(LIFE[:3]))
    board.put(COMPLAINT, furthest(LIFE[:1]))
    board.put(COMPLAINT, None)
    assert board.places[COMPLAINT].rank == 3

    board.put(COMPLAINT, furthest(LIFE[:5]))
    assert board.places == {}


def test_the_oldest_of_a_column_waits_longest_though_others_left_it():
    board = Board()
    for number in range(4):
        board.put(str(number), furthest([row(CaseAssigned, number, level=1)]))
    for number in (0, 2):
        board.put(str(number), furthest([row(DecisionMade, 9, level=1)]))

    assert board.view(START + timedelta(seconds=10)).columns[3].oldest_s == 9
    assert board.view(START + timedelta(seconds=10)).columns[5].oldest_s == 1


def test_a_complaint_that_was_on_the_express_lane_counts_as_express_until_it_is_closed():
    board = Board()
    board.put("1", furthest([row(ComplaintReceived, lane="express")]))
    board.put("1", furthest([row(CaseAssigned, 2, level=1)]))
    board.put("2", furthest(LIFE[:3]))
    assert [c.express for c in board.view(START).columns] == [0, 0, 0, 1, 0, 0]

    board.put("1", furthest([row(CaseClosed, 3, level=1)]))
    assert board.view(START).express == 0


ONE = {"clock": "resolution", "level": 1}
CLOCKS = [
    ([row(ClockStarted, sequence=1, **ONE)], None),
    ([row(ClockStarted, sequence=1, **ONE), row(ClockWarned, sequence=2, **ONE)], "at_risk"),
    ([row(ClockWarned, sequence=2, **ONE), row(ClockBreached, sequence=3, **ONE)], "late"),
    ([row(ClockBreached, sequence=3, **ONE), row(ClockStopped, sequence=4, **ONE)], None),
    (
        [row(ClockWarned, sequence=2, **ONE), row(ClockMet, sequence=9, clock="x", level=1)],
        "at_risk",
    ),
    (
        [
            row(ClockWarned, sequence=2, **ONE),
            row(ClockMet, sequence=10, clock="x", level=1, beside=[ONE]),
        ],
        None,
    ),
    (
        [
            row(ClockWarned, sequence=2, **ONE),
            row(ClockBreached, sequence=3, clock="resolution", level=2),
        ],
        "late",
    ),
]


@pytest.mark.parametrize(("rows", "risk"), CLOCKS)
def test_the_newest_word_of_each_clock_counts_in_any_order(rows, risk):
    for order in itertools.permutations(rows):
        assert risk_of(order) == risk


def test_the_flow_counts_the_last_hour_by_minute():
    board = Board()
    for seconds in (0, 30, 65, 7200):
        board.see(row(ComplaintReceived, seconds))
    board.see(row(DecisionMade, 7200))
    flow = board.view(START + timedelta(minutes=2)).flow

    assert flow.received[-3:] == (2, 1, 0)
    assert len(flow.minutes) == 60
    assert sum(board.view(START + timedelta(hours=2)).flow.answered) == 1
    assert {key for key, count in board.flow.items() if count} == {
        (RECEIVED, int(START.timestamp()) // 60 + 120),
        (ANSWERED, int(START.timestamp()) // 60 + 120),
    }


def test_the_latest_events_hold_nothing_but_names():
    board = Board()
    board.see(row(ComplaintReceived, facts={"subject": "secret"}))

    assert "secret" not in board.view(START).latest[0].model_dump_json()


def test_a_cursor_comes_back_as_it_went_out():
    cursor = Cursor(datetime(2026, 11, 22, 9, 0, 0, 123000, tzinfo=UTC), f"{COMPLAINT}|intake|1")

    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "x", "12.5.x|1", "-1.x", "9" * 15, "².x"])
def test_a_strange_cursor_is_none_or_harmless(text):
    assert Cursor.parse(text) is None or text == "12.5.x|1"
