"""The suggestion playbook: which item of the product list a wish belongs to; pure."""

import re
import unicodedata
from datetime import date
from functools import cached_property

from services.investigation.playbooks.sheet import Found, Rules, Sheet, raw

LONGEST = 4_000  # of a text, the part that is looked at
_START = "(?<![a-z\u0400-\u04ff])"  # of letters that set words apart by spaces


class Item(Rules):
    """One item of the product list; `assets` narrow it."""

    id: str
    since: date
    words: tuple[str, ...]
    assets: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of its words."""
        return re.compile(_START + f"(?:{'|'.join(re.escape(_folded(w)) for w in self.words)})")

    @cached_property
    def tickers(self) -> re.Pattern[str]:
        """Any of its assets, each a word of its own."""
        return re.compile(rf"(?<![a-z])(?:{'|'.join(map(_folded, self.assets))})(?![a-z])")


SUGGESTION = Sheet[tuple[Item, ...]].model_validate(raw("suggestion"))


def product_of(text: str, asset: str | None, day: date) -> str | None:
    """The id of the item that the text says most of, the first of equals; None: nothing fits."""
    folded = _folded(f"{text[:LONGEST]} {(asset or '')[:LONGEST]}")
    best, most = None, 0
    for item in SUGGESTION.rules:
        count = len(set(item.pattern.findall(folded))) if item.since <= day else 0
        if count > most and (not item.assets or item.tickers.search(folded)):
            best, most = item.id, count
    return best


def judge_suggestion(product: str | None) -> Found:
    """A wish is recorded, under its item where there is one."""
    return Found("suggestion", {"product": product} if product else {})


def _folded(text: str) -> str:
    """Small letters without their marks, which not everybody types."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
