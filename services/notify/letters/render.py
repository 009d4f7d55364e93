"""The text of a letter: a function of LetterRequested and its template's version, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from services.notify.letters import locale
from services.notify.letters.details import OTHER, shown
from services.notify.letters.marks import heading, plain, spoken
from shared.events.notify import LetterRequested
from shared.events.personal import ERASED

_FOLDER = "templates/letters"
_LONGEST_CODE = 64


class Text(NamedTuple):
    """A letter: one subject line, and the body as its template marks it.

    `links` are the addresses in it that lead somewhere, `language` is the one it is written in.
    """

    subject: str
    marked: str
    language: str
    links: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The body as plain text."""
        return plain(self.marked)

    @property
    def sha256(self) -> str:
        """The hash of subject and body as they are read, UTF-8, in hex."""
        return hashlib.sha256(f"{self.subject}\n\n{self.body}".encode()).hexdigest()


def when(instant: object) -> str:
    """An instant for readers anywhere: `2026-11-22 09:00 UTC`."""
    return datetime.fromisoformat(str(instant)).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


@pass_context
def _instant(context: Context, value: object) -> str:
    return locale.instant(value, context["language"])


@pass_context
def _amount(context: Context, value: object) -> str:
    return locale.number(value, context["language"])


_environment = Environment(
    loader=PackageLoader("services.notify", _FOLDER),
    autoescape=select_autoescape(default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "when": when,  # the letters of the first version; later ones say an `instant`
    "instant": _instant,
    "amount": _amount,
    "heading": heading,
}


@cache
def _words(folder: str) -> dict[str, dict[str, str]]:
    path = files("services.notify") / _FOLDER / folder / "words.yaml"
    words: dict[str, dict[str, str]] = yaml.safe_load(path.read_text("utf-8"))
    return words


def _lookup(words: dict[str, dict[str, str]]) -> Callable[[str, object], str]:
    """A code's words; a code that nobody foresaw gets the group's words for all others."""
    return lambda group, code: words[group].get(str(code)) or words[group][OTHER]


def render(letter: LetterRequested) -> Text:
    """Write the letter. Its first line is the subject, the rest the body."""
    folder = _folder_of(letter)
    words = _words(folder)
    text = _environment.get_template(f"{folder}/{letter.template}.txt.j2").render(
        facts=letter.facts,
        items=letter.items,
        articles=letter.articles,
        remedies=letter.remedies,
        explanation=spoken(letter.explanation.text) if letter.explanation else "",
        reference=letter.reference,
        details=_details(letter, words["details"]),
        points=_points(letter, words["categories"]),
        shown=lambda: shown(letter.facts, words, letter.language),
        word=_lookup(words),
        language=letter.language,
    )
    subject, _, body = text.partition("\n")
    explorer = letter.facts.get("explorer")
    links = (str(explorer),) if explorer else ()
    return Text(" ".join(subject.split()), body.strip() + "\n", letter.language, links)


def with_code(text: Text, letter: LetterRequested) -> Text:
    """The letter as a mail begins: with what its reader knows us by, where there is such a code."""
    code = letter.anti_phishing_code.text if letter.anti_phishing_code else ""
    if not code.strip() or code == ERASED:
        return text
    said = spoken(" ".join(code.split()))[:_LONGEST_CODE]
    words = _words(_folder_of(letter))["mail"]
    return text._replace(marked=f"{_labelled(words['code'], said)}\n\n{text.marked}")


def _labelled(label: str, value: str) -> str:
    """A full-width colon brings its own space."""
    return f"{label}{value}" if label.endswith("\uff1a") else f"{label} {value}"


def for_mail(text: Text, letter: LetterRequested, link: str) -> Text:
    """The letter as it leaves the house: with its reference and the ways to our pages."""
    words = _words(_folder_of(letter))["mail"]
    pages = _pages(letter, link)
    more = "\n".join(("", words["help"], *pages, "")) if pages else ""
    return text._replace(
        subject=f"[{letter.reference}] {text.subject}",
        marked=f"{text.marked}\n{words['status_page']}\n{link}\n{more}",
        links=(*text.links, link, *pages),
    )


def _pages(letter: LetterRequested, link: str) -> list[str]:
    """The addresses of the help pages, which stand where the status page does."""
    place, status, _ = link.partition("/status/")
    named = letter.articles if status else ()
    return [f"{place}/help/{page.id}?lang={page.language}" for page in named]


def _folder_of(letter: LetterRequested) -> str:
    return f"{letter.language}/{letter.template_version}"


def _points(letter: LetterRequested, matters: dict[str, str]) -> list[tuple[str, str, str]]:
    """Each point by its matter or its own words, the code of what was found, and the reason."""
    return [
        (matters.get(one.point, _line(one.point)), one.finding, _line(one.reason.text))
        for one in letter.points
    ]


def _line(words: str) -> str:
    return spoken(" ".join(words.split()))


def _details(letter: LetterRequested, labels: dict[str, str]) -> list[tuple[str, object]]:
    """As the first version of the letters shows the evidence: each value as it was told."""
    facts = letter.facts
    return [(labels[key], facts[key]) for key in labels if facts.get(key) not in (None, "", False)]
