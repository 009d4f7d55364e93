"""The report tells of every case, also of one that failed, and of the wrong runners."""

import pytest

from tests.faults.report import FOLDER, Report


@pytest.fixture
def told():
    report = Report("abc")
    with report.case("10", "Kafka killed") as entry:
        entry.complaints, entry.kills = 4, 1
    with pytest.raises(ValueError, match="a test fails"), report.case("2-6", "stages killed"):
        raise ValueError("a test fails")
    with report.case("9", "a wrong end") as entry:
        entry.violations = ["a gap"]
    report.control("no inbox", {"I3", "I2"})
    return report


def test_cases_stand_in_the_order_of_the_rows(told):
    lines = [
        line for line in told.markdown().splitlines() if line.startswith(("| 1", "| 2", "| 9"))
    ]

    assert lines == [
        "| 2-6 | stages killed | 0 | 0 | 0 | 0 | 0 (failed) |",
        "| 9 | a wrong end | 0 | 0 | 0 | 0 | 1 (failed) |",
        "| 10 | Kafka killed | 4 | 1 | 0 | 0 | 0 |",
    ]


def test_the_totals_and_the_seed_are_told(told):
    assert told.totals() == "3 cases, 2 failed; 4 complaints, 1 kills, 0 cuts, 1 violations"
    assert "seed abc" in told.markdown()


def test_each_control_names_what_caught_it(told):
    assert "| no inbox | I2, I3 |" in told.markdown()


def test_it_is_written_where_the_environment_says(told, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "reports"))

    assert told.write().read_text("utf-8").startswith("# Fault report")
    assert [file.name for file in (tmp_path / "reports").iterdir()] == ["faults.md"]
