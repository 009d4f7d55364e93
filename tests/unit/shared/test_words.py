"""Every page says the same things in all eight languages."""

from pathlib import Path

import pytest
import yaml

from services.intake.complain.fields import FACTS
from services.investigation.checks import rules
from services.investigation.playbooks.catalogue import DEPOSIT
from shared.pages.languages import LANGUAGES

ROOT = Path(__file__).parents[3]
FOLDERS = (
    "shared/pages/words",
    "services/notify/templates/pages/help",
    "services/notify/templates/pages/words",
    "services/intake/complain/words",
    "services/investigation/checks/words",
)


def words(folder, language):
    return yaml.safe_load((ROOT / folder / f"{language}.yaml").read_text("utf-8"))


def places(value, path=""):
    if isinstance(value, dict):
        return {place for key, one in value.items() for place in places(one, f"{path}.{key}")}
    if isinstance(value, list):
        return {f"{path}[{len(value)}]"}
    assert isinstance(value, str)
    assert value.strip()
    return {path}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_that_english_has(folder, language):
    assert places(words(folder, language)) == places(words(folder, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_words_for_every_fact_it_asks_for(language):
    form = words("services/intake/complain/words", language)

    assert form["fields"].keys() >= FACTS.keys()
    assert form["hints"]["files"].format(files=1, file_mib=2, all_mib=3) != form["hints"]["files"]


def test_the_deposit_check_has_words_for_every_finding_of_the_playbook():
    said = words("services/investigation/checks/words", "en")["deposit"]["verdicts"].keys()
    findings = {rules.code_of(row.finding) for row in DEPOSIT.verdicts.values()}

    assert said >= findings | {"malformed", "unreachable"}
