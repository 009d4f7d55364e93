"""Whether a message says thanks and nothing else: it calls for no work. Pure."""

import re
from functools import cache
from importlib.resources import files

import yaml

from shared.rules.reading.folding import QUESTION, fold

LONGEST = 200  # characters: who writes more says more
_DATA = yaml.safe_load(files("shared.rules").joinpath("data/thanks.yaml").read_text("utf-8"))
_SIGNS = frozenset(_DATA["signs"])
_WORD = re.compile(r"\w")
_SPACED = re.compile(r"[a-z\u0400-\u04ff]")


def only_thanks(text: str) -> bool:
    """Thanks, a greeting, "all good", in one of eight languages; anything more is a message.

    A question never is. Where in doubt it is a message: that one is looked at too many costs less
    than one too few (chatwoot #10178, zammad #1322).
    """
    if len(text) > LONGEST:
        return False
    folded = fold(text)
    if QUESTION in folded:
        return False
    if not _WORD.search(folded):
        return bool(text.strip()) and _SIGNS.issuperset("".join(text.split()))
    return any(not _WORD.search(words.sub(" ", folded)) for words in _by_language())


@cache
def _by_language() -> tuple[re.Pattern[str], ...]:
    listed = _DATA["words"]
    english = _terms(listed["en"])
    return tuple(_pattern({*english, *_terms(words)}) for words in listed.values())


def _terms(words: str) -> set[str]:
    return {fold(" ".join(term.split())).strip(" .,") for term in words.split("|")}


def _pattern(terms: set[str]) -> re.Pattern[str]:
    """The longest first; letters that are written apart count as whole words alone."""
    longest = sorted(terms, key=lambda term: (-len(term), term))
    parts = (rf"\b{re.escape(t)}\b" if _SPACED.search(t) else re.escape(t) for t in longest)
    return re.compile("|".join(parts))
