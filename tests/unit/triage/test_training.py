"""Learning from a few texts: the same weights each time, and those that the reader reads."""

import numpy as np
import pytest

from services.triage.rules.category import CATEGORIES
from services.triage.training.__main__ import TRIAGE, Training
from services.triage.training.examples import Example, seen_by_triage
from shared.rules.model import load_model

STOLEN, SENT, HELLO = "account_security", "deposit_withdrawal", "other"
SAID = (
    (STOLEN, "P1", "somebody emptied my account and changed the password"),
    (STOLEN, "P1", "somebody moved my coins and changed my phone number"),
    (SENT, "P2", "my deposit has not arrived after two days"),
    (SENT, "P2", "a withdrawal of two days ago has not arrived"),
    (HELLO, "P4", "good morning and thanks for the nice mascot"),
    (HELLO, "P4", "good evening and thanks for the nice party"),
)
EXAMPLES = [
    Example(f"t-en-{number}", "en", category, priority, trap=False, text=text)
    for number, (category, priority, text) in enumerate(SAID)
]
ROUNDED = 0.02  # a weight is written in steps


@pytest.fixture(name="training", scope="module")
def _training():
    return Training(EXAMPLES, TRIAGE, seen_by_triage)


@pytest.fixture(name="path")
def _path(training, tmp_path):
    training.write(tmp_path / "model.tsv", "2026.1")
    return tmp_path / "model.tsv"


def test_the_same_texts_give_the_same_file(path, tmp_path):
    again = tmp_path / "again.tsv"
    Training(EXAMPLES, TRIAGE, seen_by_triage).write(again, "2026.1")
    assert again.read_bytes() == path.read_bytes()


def test_the_reader_finds_the_likelihoods_that_were_learned(training, path):
    model, learned = load_model("services.triage", str(path)), training.learn()
    for one, row in zip(training.examples, training.rows, strict=True):
        features = seen_by_triage(one.text, model.meanings)
        powers = np.exp(row.values @ learned.weights[row.features] + learned.bias)
        categories = powers[: len(CATEGORIES)] / powers[: len(CATEGORIES)].sum()
        read, _ = model.shares(features)
        assert list(read.values()) == pytest.approx(categories.tolist(), abs=ROUNDED)


def test_what_was_taught_is_known(path):
    model = load_model("services.triage", str(path))
    for one in EXAMPLES:
        categories, priorities = model.shares(seen_by_triage(one.text, model.meanings))
        assert max(categories, key=categories.__getitem__) == one.category
        assert max(priorities, key=priorities.__getitem__) == one.priority


def test_the_version_is_the_one_asked_for(path):
    assert load_model("services.triage", str(path)).version == "2026.1"
