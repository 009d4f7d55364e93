"""The pages: links lead somewhere, decisions have one form, code blocks name real tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "shared/decisions").glob("*.md"))
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "services").rglob("README.md"),
    *DECISIONS,
]
HEADINGS = ["Context", "Decision", "Consequences", "The rule that enforces it"]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
each_decision = pytest.mark.parametrize("page", DECISIONS, ids=lambda p: p.stem)


def prose(page):
    """The page without its code and without what writes its tables."""
    text = re.sub(r"<!--.*?-->", "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


@each_page
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)", prose(page))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@each_page
def test_every_test_that_a_page_names_exists(page):
    named = set(re.findall(r"`(test_\w+)`", prose(page)))
    tests = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in named if f"def {name}(" not in tests] == []


@each_decision
def test_a_decision_has_one_page_and_one_form(page):
    text = page.read_text("utf-8")
    number = int(page.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert text.count("\n") <= 40


def test_decisions_are_numbered_without_a_gap():
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_first_page_stays_short():
    assert (ROOT / "README.md").read_text("utf-8").count("\n") <= 200
