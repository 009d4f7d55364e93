"""A text without its secrets, and which kinds there were."""

import re
from dataclasses import dataclass

from shared.rules.secrets.cards import find_cards
from shared.rules.secrets.cues import find_cues
from shared.rules.secrets.keys import find_keys
from shared.rules.secrets.seeds import find_seeds
from shared.rules.secrets.spans import HALF_WIDTH, LOWER_CASE, Page, Span
from shared.rules.secrets.spoken import find_spoken

MARKS = {
    "seed-phrase": "[seed phrase removed]",
    "private-key": "[private key removed]",
    "card-number": "[card number removed]",
    "one-time-code": "[one-time code removed]",
    "password": "[password removed]",
    "api-secret": "[API secret removed]",
}
PASSES = 4  # what stood beside a secret may be known for one only when that is gone
_MARK = re.compile("|".join(re.escape(mark) for mark in MARKS.values()))
_FINDERS = (find_seeds, find_keys, find_cards, find_spoken)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that may be shown, and the kinds of secrets (keys of MARKS) that were taken out."""

    text: str
    kinds: tuple[str, ...] = ()


def mask(text: str) -> Masked:
    """Take every secret out of a text, each replaced by its mark; time grows with its length.

    Transaction ids, addresses, order numbers and amounts stay: they are what a customer must give.
    Masking what was masked changes nothing.
    """
    kinds: set[str] = set()
    for _ in range(PASSES):
        spans = _spans(text)
        if not spans:
            break
        kinds.update(span.kind for span in spans)
        text = _without(text, spans)
    return Masked(text, tuple(sorted(kinds)))


def _spans(text: str) -> list[Span]:
    """What is to go, in order and apart; where two overlap, both go under the first one's mark."""
    page = _page(text)
    apart: list[Span] = []
    for span in sorted(span for finder in _FINDERS for span in finder(page)):
        if apart and span.start < apart[-1].end:
            last = apart.pop()
            apart.append(Span(last.start, max(last.end, span.end), last.kind))
        else:
            apart.append(span)
    return apart


def _page(text: str) -> Page:
    """A mark is a wall: nothing is read into it, out of it, or across it."""
    plain = _MARK.sub(lambda mark: "\0" * len(mark[0]), text.translate(HALF_WIDTH))
    folded = plain.translate(LOWER_CASE)
    return Page(plain, folded, find_cues(folded))


def _without(text: str, spans: list[Span]) -> str:
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], MARKS[span.kind]]
        at = span.end
    return "".join([*pieces, text[at:]])
