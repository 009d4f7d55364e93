"""Every code that a decision may hold is said in every language, as text and as HTML."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
import yaml

from services.notify.letters.page import html
from services.notify.letters.render import render
from shared.events.base import Remedy
from shared.events.investigation import PointFinding
from shared.events.personal import Personal
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import decided, desk, every_letter, verified, words_of

SCRIPTS = {
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "vi": r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹáàéèíìóòúùýã]",
}
ENGLISH = re.compile(r"\b(the|we|your|you|was|with|not|this|our)\b", re.IGNORECASE)
LONGEST = 600
VOID = {"meta", "br"}


def codes(folder):
    """The findings that the playbooks' own data name."""
    place = files("services.investigation.data") / folder
    tables = [
        yaml.safe_load(f.read_text("utf-8")) for f in place.iterdir() if f.name[-5:] == ".yaml"
    ]
    return {code for table in tables for code in table.get("findings", {})}


class Page(HTMLParser):
    """The words of a page, its links, and whether every element is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.links, self.tags = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "title" and data.strip():
            self.words.append(data.strip())


def read(text):
    page = Page()
    page.feed(html(text))
    assert page.open == []
    return page


def flat(text):
    """Words without the marks of lists, spaces and capitals: what both forms must share."""
    bare = re.sub(r"^(- |\d+\. )", "", text, flags=re.MULTILINE)
    return "".join(bare.split()).upper()


def letter_of(language, **more):
    box = desk(language_hint=language).told(verified(), decided(**more))
    return box.letters("decision")[-1]


def sane(letter):
    text = render(letter)
    page = read(text)
    assert text.subject
    assert not re.search(r"[{}\x00-\x09\x0b-\x1f]|None|&(lt|amp);", text.body)
    assert "\n\n\n" not in text.body
    assert all(len(line) <= LONGEST and line == line.rstrip() for line in text.body.split("\n"))
    assert flat("".join(page.words)) == flat(f"{text.subject}\n{text.body}")
    assert (page.tags[0][0], page.tags[0][1]["lang"]) == ("html", letter.language)
    assert not {tag for tag, _ in page.tags} & {"img", "link", "script", "style", "iframe"}
    return text, page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("proved", [True, False])
def test_every_template_is_sane_as_text_and_as_html(language, proved):
    for letter in every_letter(language, verified=proved):
        sane(letter)


def test_every_finding_of_the_playbooks_has_words_and_advice_of_its_own():
    english = words_of("en")
    known = codes(".") | codes("conclusions")

    assert {"premature", "kyc_refused_by_rule", "withdrawal_on_hold", "not_found"} <= known
    assert known - english["findings"].keys() == set()
    assert english["findings"].keys() - english["prevention"].keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding", sorted(words_of("en")["findings"]))
def test_a_decision_on_every_finding_says_it_in_words(language, finding):
    text, _ = sane(letter_of(language, finding=finding))
    words = words_of(language)

    assert words["findings"][finding] in text.body
    assert words["prevention"][finding] in text.body
    assert finding not in text.body or "_" not in finding


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_cause_and_outcome_is_said_in_words(language):
    words = words_of(language)
    for remedy in words["remedies"]:
        for cause, outcome in zip(words["causes"], words["outcomes"], strict=False):
            told = letter_of(
                language,
                remedies=(Remedy(code=remedy, asset="BTC", amount="1234.50"),),
                cause=cause if cause != "other" else "user",
                outcome=outcome if outcome != "other" else "rejected",
            )
            text, _ = sane(told)
            assert words["remedies"][remedy] in text.body
            assert re.search(r"1[.,\s]?234[.,]50 BTC", text.body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_has_a_label_and_no_value_is_a_code(language):
    words = words_of(language)
    given = {
        **dict.fromkeys(words["details"], "0.0010"),
        "refunded": True,
        "reason": "below_minimum,never_heard_of",
        "permission": "withdraw",
        "side": "buy",
        "network": "bsc",
        "found_on": "xrp_ledger",
        "promised_minutes": 21,
        "promised_days": 3,
        "liquidated_at": "2026-11-22T09:00:01+00:00",
    }
    given["level"] = given.pop("identity_level")
    text, _ = sane(letter_of(language, details=given))

    assert all(label in text.body for label in words["details"].values())
    assert not re.search(r"[a-z]_[a-z]", text.body)
    assert "09:00:01 UTC" in text.body
    assert re.search(r"0[.,]0010\b", text.body)
    assert words["whys"]["below_minimum"] in text.body
    assert "BNB Smart Chain" in text.body


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_sentence_is_in_english(language):
    for group, words in words_of(language).items():
        if group == "plurals":
            continue
        for code, said in words.items():
            assert not ENGLISH.search(said), (group, code)
            if language in SCRIPTS and len(said.split()) > 1:
                assert re.search(SCRIPTS[language], said.lower()), (group, code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_persons_words_make_no_heading_no_link_and_no_markup(language):
    said = "<b>\x1dPAY</b> https://evil.example\n<script>alert(1)</script>"
    letter = letter_of(language, details={}, explanation=Personal(said))
    page = read(render(letter))

    assert page.links == []
    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>" not in html(render(letter))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chains_page_the_body_outside_and_the_points_are_said_in_words(language):
    told = {"network": "ethereum", "txid": "ab" * 32}
    points = (PointFinding(point="kyc", finding="kyc_approved", reason=Personal("-")),)
    letter = letter_of(language, details=told, points=points)
    body = "Financial Ombudsman Service"
    named = letter.model_copy(update={"facts": {**letter.facts, "body": body}})
    text, page = sane(named)
    words = words_of(language)

    assert page.links == [letter.facts["explorer"]] == [f"https://etherscan.io/tx/0x{'ab' * 32}"]
    assert words["mail"]["explorer"] in text.body
    assert f"{words['mail']['body']} {body}" in text.body
    assert words["findings"]["kyc_approved"] in text.body
    assert words["categories"]["kyc"] in text.body
