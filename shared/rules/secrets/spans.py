"""Where a secret stands, the spellings it is looked for in, and the words that point at one."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from shared.rules.secrets.cues import Cue

KEPT = 20_000  # more than the characters that people write in eight languages


class Span(NamedTuple):
    """The characters from `start` up to `end` are a secret of that kind."""

    start: int
    end: int
    kind: str


class Page(NamedTuple):
    """A text as the finders read it; every character of both spellings has its old place.

    `plain` is in half width, `folded` in lower case too; `cues` are in order. A NUL is a wall.
    """

    plain: str
    folded: str
    cues: tuple[Cue, ...]


_WALL = re.compile(r"[\0!?。]|\.\s")


def cue_before(page: Page, start: int, near: int) -> Cue | None:
    """The last cue within `near` characters before `start`, in the same sentence."""
    at = bisect_right(page.cues, start, key=lambda cue: cue.end)
    if at == 0 or page.cues[at - 1].end < start - near:
        return None
    cue = page.cues[at - 1]
    return None if _WALL.search(page.folded, cue.end, start) else cue


def cue_after(page: Page, end: int, near: int) -> Cue | None:
    """The first cue within `near` characters behind `end`, in the same sentence."""
    at = bisect_left(page.cues, end, key=lambda cue: cue.start)
    if at == len(page.cues) or page.cues[at].start > end + near:
        return None
    cue = page.cues[at]
    return None if _WALL.search(page.folded, end, cue.start) else cue


class Spelling(dict[int, int]):
    """Each character in another spelling, where that is one character.

    The first KEPT that are met are remembered: a stranger may write every character there is.
    """

    def __init__(self, spell: Callable[[str], str]) -> None:
        super().__init__()
        self.spell = spell

    def __missing__(self, code: int) -> int:
        """Look one character up."""
        spelled = self.spell(chr(code))
        found = ord(spelled) if len(spelled) == 1 else code
        if len(self) < KEPT:
            self[code] = found
        return found


HALF_WIDTH = Spelling(partial(unicodedata.normalize, "NFKC"))
LOWER_CASE = Spelling(str.lower)
