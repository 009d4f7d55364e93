"""The limits and words that mail is read by, from the dated file beside this module."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

_DATA: dict[str, Any] = yaml.safe_load(
    files("services.intake.mail").joinpath("data/mail.yaml").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a mail is read; sizes in bytes or characters, as they are called."""

    bytes: int
    parts: int
    depth: int
    headers: int
    header_bytes: int
    lines: int
    read_characters: int
    text_characters: int
    subject_characters: int
    references: int
    read_s: float
    acknowledgements: int


def fold(text: str) -> str:
    """As the words of the file are written: NFKC, folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(name: str) -> tuple[str, ...]:
    """The spaces at the end of a word count: they end it."""
    return tuple(unicodedata.normalize("NFKC", w).casefold() for w in _DATA[name])


LIMITS = Limits(**_DATA["limits"])
ATTRIBUTION_ENDS = _words("attribution_ends")
ATTRIBUTION_WITHIN = _words("attribution_within")
ATTRIBUTION_BEGINS = _words("attribution_begins")
HEADER_FIRST = frozenset(_words("header_first"))
HEADER_MORE = frozenset(_words("header_more"))
ORIGINAL_MARKS = frozenset(_words("original_marks"))
FORWARD_MARKS = _words("forward_marks")
SENT_FROM_BEGINS = _words("sent_from_begins")
SENT_FROM_NEEDS = _words("sent_from_needs")
SENT_FROM_ENDS = _words("sent_from_ends")
CLOSINGS = frozenset(_words("closings"))
SIGNATURE_LINES: int = _DATA["signature_lines"]
CLOSING_LINES: int = _DATA["closing_lines"]
CLOSING_CHARACTERS: int = _DATA["closing_characters"]
AUTO_SUBJECTS = _words("auto_subjects")
BOUNCE_SENDERS = frozenset(_words("bounce_senders"))
BOUNCE_SUBJECTS = _words("bounce_subjects")
