"""What we say where strangers read along, and to somebody who opens a chat with us. Pure.

RG 271 counts a post of an identifiable person as a complaint; what it is about is not for the
public. Nothing of an account or a case stands in these words, and impostors are warned of.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from shared.pages.languages import primary_of

FALLBACK = "en"
Kind = Literal["public", "greeting"]


def answer(kind: Kind, language: str | None, link: str) -> str:
    """The words, in the first language asked for that there are words in; `link` is where to go.

    `public` leads away from the public, `greeting` says what to write.
    """
    words = _words()
    wish = primary_of(language or FALLBACK)
    return words.get(wish, words[FALLBACK])[kind].format(link=link)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(
        (files(__name__) / "words.yaml").read_text("utf-8")
    )
    return words
