"""Folding, finding terms, denials, and the data they rest on."""

from itertools import chain

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.danger import DANGER_RULES, DANGER_TERMS, LANGUAGES
from shared.rules.reading import Vocabulary, fold, load_lexicons, load_rulebook
from shared.rules.reading.finder import Finder
from shared.rules.reading.folding import skeleton
from shared.rules.reading.negation import DENIABLE, FEARED, FLIPS, WISH_PARTS, WISHED_AWAY

TOPICS = load_lexicons("services.triage", "data/terms", LANGUAGES)
TOPIC_RULES = load_rulebook("services.triage", "data/rules.yaml")
READ = Vocabulary([DANGER_TERMS])


def concepts(text):
    return [set(sentence.words) for sentence in READ.read(fold(text))]


def named_by(language):
    lists = (DANGER_TERMS[language], TOPICS[language])
    return set(chain.from_iterable(chain.from_iterable(each.terms.values()) for each in lists))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Été", " ete "),
        ("\uff21\uff22\uff23\uff11", " abc1 "),
        ("賬號", " 账号 "),
        ("USDT没到", " usdt 没到 "),
        ("one. two", " one . two "),
        ("v1.5", " v1 5 "),
        ("really?!", " really ? "),
        ("yes, no", " yes , no "),
        ("don\u2019t", " don t "),
        ("№ 5", " 5 "),
        ("ha\u200bcked", " hacked "),
    ],
)
def test_a_text_is_folded_to_one_spelling(written, folded):
    assert fold(written).replace("  ", " ") == folded


@pytest.mark.parametrize("latin", ["vyvel dengi", "vivel dengi", "vyvel den'gi"])
def test_russian_in_latin_letters_has_one_skeleton(latin):
    assert skeleton(fold(latin)).replace("den gi", "dengi") == skeleton(fold("вывел деньги"))


@given(st.lists(st.text("abc ", min_size=1, max_size=4), max_size=8), st.text("abc ", max_size=60))
def test_every_term_is_found_wherever_it_stands(terms, text):
    found = Finder({term: [term] for term in terms}).find(text)
    expected = {
        (start, start + len(term), term)
        for term in terms
        for start in range(len(text))
        if text.startswith(term, start)
    }
    assert set(found) == expected
    assert found == sorted(found)


def test_a_denied_term_is_not_told():
    assert "theft" not in concepts("my account was not hacked")[0]


def test_a_denial_ends_with_its_clause():
    assert "theft" in concepts("I do not know why, my account was hacked")[0]
    assert "theft" in concepts("I can not wait because my account was hacked")[0]


def test_a_denial_after_the_word_counts_in_japanese_and_korean():
    assert "theft" not in concepts("盗まれていません")[0]
    assert "theft" not in concepts("해킹당하지 않았어요")[0]


@pytest.mark.parametrize("text", ["in case my account is hacked", "万一账户被盗", "盗まれた場合"])
def test_what_is_only_imagined_is_not_told(text):
    assert "theft" not in concepts(text)[0]


def test_what_a_wish_would_cure_is_not_told():
    told = Vocabulary([DANGER_TERMS, TOPICS]).read(fold("please add a list of failed withdrawals"))
    assert "broken" not in told[0].words


def test_a_wish_and_a_verb_of_novelty_make_a_wish():
    assert "wish" in concepts("could you integrate charts")[0]


def test_a_part_of_an_idiom_is_not_read():
    assert "theft" not in set().union(*concepts("a hackathon that stole the show"))


def test_sentences_are_read_apart():
    assert ["theft" in each for each in concepts("I was hacked. I did that.")] == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rulebook", [DANGER_RULES, TOPIC_RULES], ids=["danger", "topics"])
def test_every_rule_can_hold_in_every_language(rulebook, language):
    told = named_by(language) | set(FLIPS.values()) | {"asked", "wish"}
    dead = [
        rule.rule
        for rule in rulebook.rules
        if any(some.isdisjoint(told) for some in (*rule.needs, *rule.besides))
    ]
    assert dead == []


def test_every_word_of_a_rule_is_a_concept_of_the_terms():
    told = set().union(*map(named_by, LANGUAGES)) | set(FLIPS.values()) | {"asked", "wish"}
    rules = (*DANGER_RULES.rules, *TOPIC_RULES.rules)
    wanted = set().union(*(each.without for each in rules))
    wanted |= set().union(*(some for each in rules for some in (*each.needs, *each.besides)))
    wanted |= {*FLIPS, *DENIABLE, *FEARED, *WISHED_AWAY, *WISH_PARTS}
    assert wanted - told == set()


def test_no_rule_name_stands_twice():
    names = [rule.rule for rule in (*DANGER_RULES.rules, *TOPIC_RULES.rules)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_names_its_version(language):
    assert yaml.safe_load(DANGER_TERMS[language].version) == 2026.1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"withot": ["wish"]}, "unknown key withot"),
        ({"category": "othr"}, "unknown category"),
        ({"priority": "p2"}, "unknown category or priority"),
    ],
)
def test_a_misspelt_rule_is_named_when_it_is_loaded(row, said, tmp_path, monkeypatch):
    good = {"rule": "lost", "needs": ["lost"], "category": "other", "priority": "P3"}
    package = tmp_path / f"misspelt_{next(iter(row))}"
    package.mkdir()
    (package / "__init__.py").touch()
    text = yaml.safe_dump({"version": "1", "rules": [{**good, **row}]})
    (package / "rules.yaml").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ValueError, match=f"rule lost: {said}"):
        load_rulebook(package.name, "rules.yaml")
