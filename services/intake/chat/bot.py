"""What the bot says: its answer comes from approved articles, or a person takes over. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Literal

import yaml

from services.intake.chat.words import WORDS
from shared.pages.languages import LANGUAGES
from shared.rules.first_screen import funds_in_danger
from shared.rules.reading import Vocabulary, fold, load_lexicons
from shared.rules.secrets import mask

Why = Literal["asked", "failed", "danger"]
LIMITS = yaml.safe_load((files("services.intake.chat") / "data/bot.yaml").read_text("utf-8"))
IDLE = timedelta(hours=LIMITS["idle_hours"])
HUMAN = "human"
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{1,500}\)")
_MARKS = re.compile(r"\*\*|`|^#{1,6} ", re.MULTILINE)
_VOCABULARY = Vocabulary([load_lexicons("services.intake.chat", "data/human", LANGUAGES)])


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of an approved article, where it stands, and how well it fits."""

    title: str
    address: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Cited:
    """What the bot quotes of an article, with the link to it."""

    title: str
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says; `failures` counts its questions without an answer so far.

    With `hand_over` a person takes over. Nothing else can come of a reply: it decides nothing.
    """

    lines: tuple[str, ...]
    failures: int
    cited: tuple[Cited, ...] = ()
    hand_over: Why | None = None


def answer(text: str, failures: int, language: str, articles: Sequence[Passage]) -> Reply:
    """The bot's reply to a customer's line; `articles` are those found for it, best first."""
    words = WORDS[language]
    warned = (words["masked"],) if mask(text).kinds else ()
    why = _why(text)
    fitting = [found for found in articles if found.score >= LIMITS["enough"]]
    if why is None and fitting:
        said = (words["i_am"], *warned, words["found"], words["more"])
        return Reply(said, failures, tuple(map(_cited, fitting[: LIMITS["shown"]])))
    if why is None:
        failures += 1
        why = "failed" if failures >= LIMITS["failures"] else None
    if why is None:
        return Reply((words["i_am"], *warned, words["not_found"]), failures)
    said = (words["i_am"], *warned, words[why], words["handed_over"])
    return Reply(said, failures, hand_over=why)


def wants_a_person(text: str) -> bool:
    """Whether the text asks for a person; a false alarm costs nothing, a miss a customer."""
    return any(HUMAN in found.concepts for found in _VOCABULARY.read(fold(text)))


def _why(text: str) -> Why | None:
    if funds_in_danger(text):
        return "danger"
    return "asked" if wants_a_person(text) else None


def plain(markdown: str) -> str:
    """Markdown as a chat shows it: its lines, without marks of emphasis, headings and links."""
    return _MARKS.sub("", _LINK.sub(r"\1", markdown)).strip()


def _cited(article: Passage) -> Cited:
    text, most = plain(article.text), LIMITS["excerpt"]
    if len(text) > most:
        whole_lines = text[:most].rpartition("\n")[0]
        text = f"{whole_lines or text[:most]}\n…"
    return Cited(article.title, article.address, text)
