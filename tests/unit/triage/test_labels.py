"""What people corrected comes out of the log as texts to learn from."""

import pytest

from services.triage.labels.export import labels
from services.triage.training.examples import Example
from shared.cli.main import main
from shared.errors import UsageError
from shared.events.personal import DataKey
from shared.events.triage import CategorySubmitted, PriorityChanged
from tests.unit.triage.recorded_log import RecordedLog
from tests.unit.triage.stage_cases import MISSING, STOLEN, WISH, admitted, set_priority

ONE, TWO, THREE = (f"{number:08x}-0000-4000-8000-00000000c0de" for number in range(3))


def ask(log, complaint, data):
    return log.tell(complaint, data, stage=None, actor="staff:agent-y")


def correct(log, complaint, category, reason="read-again"):
    return ask(log, complaint, CategorySubmitted(staff="agent-y", category=category, reason=reason))


@pytest.fixture
def log():
    """Three complaints, of which a person corrected two."""
    log = RecordedLog()
    for complaint, text in ((ONE, MISSING), (TWO, WISH), (THREE, STOLEN)):
        log.tell(complaint, admitted(text))
    correct(log, ONE, "kyc")
    ask(log, TWO, set_priority("P2"))
    return log


def read(log, tmp_path, keys=None):
    keys = log.keys if keys is None else keys
    return list(labels(log.export(tmp_path / "export"), lambda _: keys))


def test_a_corrected_category_is_a_label_with_what_the_rules_had_said(log, tmp_path):
    label = read(log, tmp_path)[0]
    assert (label["id"], label["category"], label["language"]) == (ONE, "kyc", "en")
    assert label["was"]["category"] == "deposit_withdrawal"
    assert label["reasons"] == ["read-again"]


def test_a_changed_priority_is_a_label_too(log, tmp_path):
    label = read(log, tmp_path)[1]
    assert (label["id"], label["priority"], label["was"]["priority"]) == (TWO, "P2", "P4")
    assert label["category"] == "product_suggestion"


def test_what_nobody_corrected_is_no_label(log, tmp_path):
    assert [label["id"] for label in read(log, tmp_path)] == [ONE, TWO]


def test_a_refused_correction_is_no_label(log, tmp_path):
    correct(log, THREE, "account_security")
    assert THREE not in [label["id"] for label in read(log, tmp_path)]


def test_the_last_correction_counts_and_all_reasons_are_told(log, tmp_path):
    correct(log, ONE, "api", "asked-the-customer")
    label = read(log, tmp_path)[0]
    assert (label["category"], label["reasons"]) == ("api", ["read-again", "asked-the-customer"])


def test_the_words_are_there_where_their_key_is(log, tmp_path):
    texts = [label["text"] for label in read(log, tmp_path)]
    assert texts == [f"Please help\n{MISSING}", f"Please help\n{WISH}"]


def test_an_erased_persons_words_are_not(log, tmp_path):
    keys = {**log.keys, ONE: DataKey(ONE, None)}
    first, second = read(log, tmp_path, keys)
    assert "text" not in first
    assert "text" in second
    assert first["category"] == "kyc"


def test_without_any_key_the_labels_are_there_without_words(log, tmp_path):
    assert ["text" in label for label in read(log, tmp_path, {})] == [False, False]


def test_a_label_with_words_is_a_training_text(log, tmp_path):
    row = read(log, tmp_path)[0]
    names = ("id", "language", "category", "priority", "trap", "text")
    assert Example(*(row[name] for name in names)).category == "kyc"


def test_what_a_rule_raised_is_no_label(tmp_path):
    log = RecordedLog()
    log.tell(ONE, admitted(MISSING))
    decided = log.tell(ONE, admitted(MISSING, emergency=True))
    assert any(isinstance(event, PriorityChanged) for event in decided)
    assert read(log, tmp_path) == []


def test_a_folder_that_is_no_export_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError):
        list(labels(tmp_path, lambda _: {}))


def test_the_command_says_so_and_ends_with_two(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["labels", str(tmp_path)])
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
