"""The text of a letter: a function of LetterRequested and its template's version, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.events.notify import LetterRequested

OTHER = "other"
_FOLDER = "templates/letters"


class Text(NamedTuple):
    """A letter as a person reads it: plain text, one subject line."""

    subject: str
    body: str


def when(instant: object) -> str:
    """An instant for readers anywhere: `2026-11-22 09:00 UTC`."""
    return datetime.fromisoformat(str(instant)).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


_environment = Environment(
    loader=PackageLoader("services.notify", _FOLDER),
    autoescape=select_autoescape(default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["when"] = when


@cache
def _words(folder: str) -> dict[str, dict[str, str]]:
    path = files("services.notify") / _FOLDER / folder / "words.yaml"
    words: dict[str, dict[str, str]] = yaml.safe_load(path.read_text("utf-8"))
    return words


def _lookup(words: dict[str, dict[str, str]]) -> Callable[[str, object], str]:
    """A code's words; a code that nobody foresaw gets the group's words for all others."""
    return lambda group, code: words[group].get(str(code), words[group][OTHER])


def render(letter: LetterRequested) -> Text:
    """Write the letter. Its first line is the subject, the rest the body."""
    folder = _folder_of(letter)
    words = _words(folder)
    text = _environment.get_template(f"{folder}/{letter.template}.txt.j2").render(
        facts=letter.facts,
        items=letter.items,
        articles=letter.articles,
        remedies=letter.remedies,
        explanation=letter.explanation.text if letter.explanation else "",
        reference=letter.reference,
        details=_details(letter, words["details"]),
        word=_lookup(words),
    )
    subject, _, body = text.partition("\n")
    return Text(" ".join(subject.split()), body.strip() + "\n")


def for_mail(text: Text, letter: LetterRequested, link: str) -> Text:
    """The letter as it leaves the house: with its reference and the ways to our pages."""
    words = _words(_folder_of(letter))["mail"]
    pages = "".join(f"{page}\n" for page in _pages(letter, link))
    more = f"\n{words['help']}\n{pages}" if pages else ""
    body = f"{text.body}\n{words['status_page']}\n{link}\n{more}"
    return Text(f"[{letter.reference}] {text.subject}", body)


def _pages(letter: LetterRequested, link: str) -> list[str]:
    """The addresses of the help pages, which stand where the status page does."""
    place, status, _ = link.partition("/status/")
    named = letter.articles if status else ()
    return [f"{place}/help/{page.id}?lang={page.language}" for page in named]


def _folder_of(letter: LetterRequested) -> str:
    return f"{letter.language}/{letter.template_version}"


def _details(letter: LetterRequested, labels: dict[str, str]) -> list[tuple[str, object]]:
    """The evidence that a reader understands: known details with their label, in its order."""
    facts = letter.facts
    return [(labels[key], facts[key]) for key in labels if facts.get(key) not in (None, "", False)]
