"""Every kind of letter is written in every language, from its facts alone."""

from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

import pytest
import yaml

from services.notify.letters.catalogue import CURRENT, language_of
from services.notify.letters.locale import instant
from services.notify.letters.render import for_mail, render
from services.notify.letters.verdict import decision
from shared.decider import Context
from shared.envelope import read
from shared.events.base import Remedy
from shared.events.notify import LetterKind, LetterRequested
from shared.events.personal import DataKey, Personal
from shared.policy import load
from shared.testing.scenario import COMPLAINT
from tests.stories import Story, deposit
from tests.stories import decision as decided
from tests.unit.notify.letterbox import START, desk, every_letter, wait

LANGUAGES = sorted(CURRENT)
KINDS = LetterKind.__args__


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verified", [True, False])
def test_every_letter_is_written_without_a_missing_fact(language, verified):
    letters = every_letter(language, verified=verified)
    texts = [render(letter) for letter in letters]

    assert {letter.kind for letter in letters} == set(KINDS)
    assert {letter.language for letter in letters} == {language}
    assert all(text.subject and "\n" not in text.subject and text.body for text in texts)
    assert not any("None" in text.body or "{{" in text.body for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_there_in_every_language_for_the_same_codes(language):
    def codes(of):
        file = files("services.notify") / f"templates/letters/{of}/{CURRENT[of]}/words.yaml"
        words = yaml.safe_load(file.read_text("utf-8"))
        return {group: set(codes) for group, codes in words.items()}

    assert codes(language) == codes("en")


def test_an_acknowledgement_holds_what_the_law_asks_for():
    text = render(desk().letters("acknowledgement")[0]).body

    assert "22 November 2026, 09:00 UTC" in text
    assert "17 January 2027, 09:00 UTC" in text
    assert "RD-TEST" in text
    assert "complaints@redress.invalid" in text
    assert "+44 20 7946 0000" in text


def test_a_request_lists_every_item_and_an_unknown_one_in_general_words():
    request = next(x for x in every_letter("en") if x.kind == "information_request")
    text = render(request.model_copy(update={"items": ("txid", "never-heard-of")})).body

    assert "transaction id (txid)" in text
    assert "More details of what happened." in text


def test_a_decision_names_cause_measures_and_amount():
    text = render(_decision("en", verified=True)).body

    assert "The cause lies with us." in text
    assert "(0.50 BTC)" in text
    assert "Confirmations: 9" in text
    assert "You may appeal by" in text


def test_a_decision_says_nothing_of_the_account_to_a_reader_who_proved_nothing():
    text = render(_decision("en", verified=False)).body

    assert "BTC" not in text
    assert "Confirmations" not in text
    assert "staff words" not in text
    assert "credit" not in text


def test_a_freeze_is_named_only_to_a_reader_whose_identity_is_proved():
    told = {x.facts["verified"]: render(x).body for v in (True, False) for x in _freeze(v)}

    assert "Withdrawals from your account were stopped" in told[True]
    assert "stopped" not in told[False]


def _freeze(verified):
    return [x for x in every_letter("en", verified=verified) if x.kind == "freeze_notice"]


def test_the_last_level_names_the_ways_outside_and_no_appeal():
    letter = _decision("en", verified=True)
    facts = {**letter.facts, "last_level": True}
    text = render(letter.model_copy(update={"facts": facts})).body

    assert "ombudsman" in text
    assert "appeal by" not in text


@pytest.mark.parametrize(("by_playbook", "shown"), [(True, False), (False, True)])
def test_a_chinese_letter_shows_a_persons_words_but_not_the_playbooks_english(by_playbook, shown):
    letter = _decision("zh", verified=True)
    facts = {**letter.facts, "by_playbook": by_playbook}
    text = render(letter.model_copy(update={"facts": facts})).body

    assert ("staff words" in text) is shown


def test_a_mail_carries_the_reference_and_the_way_to_the_status_page():
    letter = desk().letters("acknowledgement")[0]
    mail = for_mail(render(letter), letter, "https://redress.example/status/T")

    assert mail.subject == "[RD-TEST] We received your complaint"
    assert mail.body.endswith("\nhttps://redress.example/status/T\n")


def test_a_letter_reads_the_same_from_the_log():
    told = Story(COMPLAINT, START).tell(*deposit(COMPLAINT, START))
    key = DataKey(COMPLAINT, b"k" * 32)
    values, found = [row["value"] for row in told.rows(key, START)], []
    again = [read(value, found).data for value in values]
    for personal in found:
        personal.unlock(key)

    def texts(every):
        return [render(data) for data in every if isinstance(data, LetterRequested)]

    assert texts(again) == texts([event.data for event in told.events])
    assert len(texts(again)) == 5


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("zh-Hant", "en"), "zh"),
        ((None, "zh_CN"), "zh"),
        (("de", "zh"), "en"),
        ((None, None), "en"),
        (("", "ZH"), "zh"),
    ],
)
def test_the_first_wish_counts_and_english_stands_in_for_a_language_without_letters(
    wishes, language
):
    assert language_of(*wishes) == language


def _decision(language, *, verified):
    letters = every_letter(language, verified=verified)
    letter = next(x for x in letters if x.kind == "decision")
    remedy = Remedy(code="credit", asset="BTC", amount=Decimal("0.50"))
    more = {"explanation": Personal("staff words"), "remedies": (remedy,)}
    if language == "en":
        more["explanation"] = Personal("staff words") if not verified else None
    return letter.model_copy(update=more)


def test_times_are_told_with_their_zone():
    letter = wait(desk(), timedelta(days=7)).letters("progress")[-1]

    assert instant(START + timedelta(days=13), "en") in render(letter).body


@pytest.mark.parametrize(
    ("proposed_by", "details", "by_rule"),
    [
        ("playbook:deposit", {}, True),
        ("rule:suggestion", {}, True),
        ("agent-1", {"confirmations": 9}, False),
        (None, {"confirmations": 9}, True),
        (None, {}, False),
    ],
)
def test_whose_words_an_explanation_holds_is_told_by_who_proposed(proposed_by, details, by_rule):
    made = decided(START, details, Remedy(code="explain"))
    context = Context(START, load("default"), COMPLAINT, "i")

    letter = decision(made.model_copy(update={"proposed_by": proposed_by}), context)

    assert letter.facts["by_playbook"] is by_rule
