"""What an authority asks for: the analysis of RTS Art. 8, and the return of a pack."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.cli.main import main
from shared.report.analysis import Step, analysis
from shared.report.figures import as_json, as_text
from shared.report.period import quarter
from shared.report.register import Row
from shared.report.returns import return_of
from shared.rules.calendars import pack, packs

OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, tzinfo=UTC)
FOURTH = quarter("2026-Q4")
MICA = "eu_mica@2026-11-22"
PLACES = {"complaints.intake.events/0": "0..9"}


def breach(clock="decide", kind="statutory", at=OCTOBER):
    return {"clock": clock, "kind": kind, "due_at": at, "level": 1}


def row(at=OCTOBER, outcome="upheld", **changes):
    made = [{"outcome": outcome, "level": 1, "at": at + timedelta(hours=3)}]
    usual = {
        "category": "kyc",
        "jurisdictions": [MICA],
        "acknowledged_at": at + timedelta(minutes=1),
        "proposed_at": at + timedelta(hours=2),
        "decisions": made,
        "decided_at": made[0]["at"],
        "answered_at": at + timedelta(hours=4),
        "closed_at": at + timedelta(days=7),
        "decision": outcome,
    }
    return Row("a-complaint", received_at=at, **{**usual, **changes})


def test_the_average_of_each_step_and_those_over_its_maximum():
    slow = row(
        acknowledged_at=OCTOBER + timedelta(minutes=3),
        breaches=[breach(), breach("resolution", "internal"), breach("progress", "internal")],
    )
    found = analysis([row(), slow, row(at=JANUARY)], FOURTH)

    assert found.received == 2
    assert found.steps == {
        "acknowledge": Step(2, 120, 0),
        "investigate": Step(2, 7200, 1),
        "respond": Step(2, 14400, 1),
    }


def test_a_step_that_nobody_reached_has_no_average():
    found = analysis([row(acknowledged_at=None)], FOURTH)

    assert found.steps["acknowledge"] == Step(0, None, 0)


def test_every_topic_of_a_complaint_counts_and_every_outcome_in_its_own_period():
    several = row(points=["kyc", "api"])
    back = row(outcome="withdrawn", decisions=[])
    found = analysis([several, row(outcome="rejected"), back, row(at=JANUARY)], FOURTH)

    assert found.topics == {"api": 1, "kyc": 3}
    assert found.outcomes == {"rejected": 1, "upheld": 1, "withdrawn": 1}


def test_a_return_counts_the_complaints_of_its_pack_alone():
    other = row(jurisdictions=["uk_disp@2026-11-23"], breaches=[breach()])
    found = return_of(pack("eu_mica"), [row(), row(breaches=[breach()]), other], FOURTH)

    assert (found.received, found.over, found.versions) == (2, {"decide": 1}, (MICA,))
    assert found.clocks[0]["budget"] == "2 months"
    assert "2023/1114 Art. 71" in found.clocks[0]["source"]


def test_a_return_has_its_own_instants_for_each_figure():
    paid = {"action": "credit", "asset": "BTC", "amount": Decimal("0.50"), "at": OCTOBER}
    late = {**paid, "at": JANUARY}
    found = return_of(
        pack("eu_mica"),
        [
            row(redress=[paid, late, {**paid, "at": None}]),
            row(closed_at=JANUARY, extensions=[{"clock": "decide"}]),
            row(closed_at=None, external=[{"body": "ombudsman"}], appeals=[{"at": OCTOBER}]),
            row(at=JANUARY, closed_at=None),
        ],
        FOURTH,
    )

    assert found.redress == {"credit BTC": "0.5"}
    assert (found.open_at_end, found.extended, found.appeals) == (2, 1, 1)
    assert found.referred == {"ombudsman": 1}


@pytest.mark.parametrize("name", packs())
def test_every_pack_has_a_return(name):
    found = return_of(pack(name), [row(jurisdictions=[f"{name}@1"])], FOURTH)

    assert (found.received, found.title) == (1, pack(name).title)


@pytest.mark.parametrize("of", [analysis, lambda rows, at: return_of(pack("eu_mica"), rows, at)])
def test_the_same_figures_give_the_same_bytes_and_say_where_they_are_from(of):
    one, other = (of([row(), row(points=["api", "kyc"])], FOURTH) for _ in range(2))

    for page in (as_json, as_text):
        assert page(one, ["p-1"], PLACES) == page(other, ["p-1"], PLACES)
    assert json.loads(as_json(one, ["p-1"], PLACES))["log"] == PLACES
    assert "p-1" in as_text(one, ["p-1"], PLACES)
    assert "complaints.intake.events/0" in as_text(one, ["p-1"], PLACES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "--quarter", "2026-Q4", "--as", "return"], "--pack"),
        (["report", "--quarter", "2026-Q4", "--pack", "eu_mica"], "--as return"),
        (["report", "--quarter", "2026-Q4", "--as", "return", "--pack", "atlantis"], "no pack"),
        (["report", "--quarter", "2026-Q4", "--as", "secret"], "secret"),
        (["register", "--csv", "--json"], "choose one"),
        (["register", "--from", ".", "--from-date", "2026-13-01"], "2026-13-01"),
        (["register", "--from-date", "2026-02-01", "--to-date", "2026-01-01"], "before"),
        (["register", "--from", "."], "no complete export"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_line(arguments, said, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)

    told = capsys.readouterr().err
    assert end.value.code == 2
    assert said in told
    assert told.count("\n") == 1
