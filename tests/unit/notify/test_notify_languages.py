"""A letter says the same in all eight languages: facts, dates and rights."""

import re
from importlib.resources import files

import pytest
import yaml
from jinja2 import Environment, nodes

from services.notify.letters.catalogue import CURRENT
from services.notify.letters.render import render
from shared.events.notify import LetterKind
from shared.pages.languages import LANGUAGES
from tests.unit.notify.letterbox import every_letter

KINDS = LetterKind.__args__
LETTERS = files("services.notify") / "templates/letters"
FIGURES = re.compile(
    r"\d\d:\d\d UTC|RD-TEST|[\w.]+@[\w.]+|\+\d[\d ]+\d|^- ", re.ASCII | re.MULTILINE
)
RIGHTS = {
    "en": ("ombudsman", "supervisory authority", "court", "six months", "United Kingdom"),
    "zh": ("监察员", "监管机构", "法院", "六个月", "英国"),
    "ko": ("옴부즈맨", "감독 기관", "법원", "6개월", "영국"),
    "ja": ("オンブズマン", "監督機関", "裁判所", "6か月", "英国"),
    "ru": ("омбудсмен", "надзорный орган", "суд", "шесть месяцев", "Великобритании"),
    "es": ("ombudsman", "autoridad de supervisión", "tribunales", "seis meses", "Reino Unido"),
    "fr": ("ombudsman", "autorité de surveillance", "tribunal", "six mois", "Royaume-Uni"),
    "vi": ("ombudsman", "cơ quan giám sát", "tòa án", "sáu tháng", "Vương quốc Anh"),
}
FREE = {
    "en": "free of charge where the law says so",
    "zh": "法律规定免费的不收取费用",
    "ko": "법에 그렇게 정해져 있으면 무료",
    "ja": "法律に定めがある場合は無料",
    "ru": "там, где так установлено законом, это бесплатно",
    "es": "sin coste donde la ley lo disponga",
    "fr": "gratuitement là où la loi le prévoit",
    "vi": "miễn phí ở nơi luật quy định",
}


def source(language, name):
    return (LETTERS / language / CURRENT[language] / name).read_text("utf-8")


def printed(template):
    """What a template prints, by name; what it only asks about does not count."""
    tree = Environment(autoescape=True).parse(template)
    return {name for output in tree.find_all(nodes.Output) for name in names(output)}


def names(node):
    match node:
        case nodes.Filter(name="instant", node=nodes.Getattr(attr=fact)):
            return {f"instant {fact}"}
        case nodes.Call(node=nodes.Name(name="word"), args=[nodes.Const(value=group), code]):
            return {f"words of {group}", *names(code)}
        case nodes.Getattr(attr=fact):
            return {fact}
        case nodes.Name(name=name):
            return {name}
    asked = node.test if isinstance(node, nodes.CondExpr) else None
    children = (child for child in node.iter_child_nodes() if child is not asked)
    return {name for child in children for name in names(child)}


def lines(template):
    """The words between the tags, line by line."""
    plain = re.sub(r"\{[{%].*?[%}]\}", "", template)
    return {line for line in plain.splitlines() if re.search(r"\w", line)}


def leaves(value, path=""):
    if not isinstance(value, dict):
        return {path: value}
    return {k: v for key, one in value.items() for k, v in leaves(one, f"{path}.{key}").items()}


def test_letters_are_written_in_every_language_of_the_house():
    assert CURRENT.keys() == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_prints_what_the_english_one_prints(kind, language):
    name = f"{kind}.txt.j2"

    assert printed(source(language, name)) == printed(source("en", name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verified", [True, False])
def test_dates_references_addresses_and_lists_are_the_same(language, verified):
    def figures(of):
        written = every_letter(of, verified=verified)
        return [(x.kind, sorted(FIGURES.findall(render(x).body))) for x in written]

    assert figures(language) == figures("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ways_outside_are_named_with_their_time_limit(language):
    letters = every_letter(language)
    decisions = [render(x).body for x in letters if x.kind == "decision"]
    refused = [render(x).body for x in letters if x.facts.get("step") == "appeal_refused"]
    (turned_away,) = [render(x).body for x in letters if x.kind == "inadmissible"]

    assert len(decisions) == 2
    assert len(refused) == 1
    for right in RIGHTS[language]:
        assert all(right in text for text in (*decisions, *refused)), right
    assert all(right in turned_away for right in RIGHTS[language][:3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_decision_says_where_help_is_free(language):
    *_, last = [render(x).body for x in every_letter(language) if x.kind == "decision"]

    assert FREE[language] in last


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_word_was_left_in_english(language):
    own, english = (leaves(yaml.safe_load(source(of, "words.yaml"))) for of in (language, "en"))
    english = {key: said for key, said in english.items() if not key.startswith(".plurals.")}
    same = {key for key in english if own[key] == english[key]}

    assert same <= {".categories.api", ".details.confirmations"}
    for kind in KINDS:
        own, english = (lines(source(of, f"{kind}.txt.j2")) for of in (language, "en"))
        assert own & english <= {"CAUSE"}  # French too
