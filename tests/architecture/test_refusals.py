"""A rule that refuses a command has words for the person who gave it."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORDS = yaml.safe_load((ROOT / "shared/pages/refusals.yaml").read_text("utf-8"))
READMES = sorted(ROOT.glob("services/**/README.md"))
PARAGRAPH = r"^\W*Refus(?:als\b|ed with a rule)(.*?)(?:\n\n|\Z)"
NOT_RULES = {"extend"}  # a command that the list speaks of


def rules(text):
    """The codes that a service's README lists as its refusals."""
    for part in re.findall(
        r"^\W*Refus(?:als\b|ed with a rule)(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL
    ):
        yield from re.findall(r"`([a-z]+(?:-[a-z]+)*)`", part)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_each_refusal_that_a_service_lists_has_words(readme):
    found = set(rules(readme.read_text("utf-8"))) - NOT_RULES
    assert found <= WORDS.keys(), "add words to shared/pages/refusals.yaml"


def test_the_lists_are_found():
    listed = [readme.parent.name for readme in READMES if list(rules(readme.read_text("utf-8")))]
    assert {"investigation", "resolution", "triage", "verification"} <= set(listed)
