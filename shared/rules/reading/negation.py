"""What a text denies, fears or only imagines does not count as told."""

from collections.abc import Iterable, Iterator
from importlib.resources import files

import yaml

from shared.rules.reading.finder import Hit

_DATA = yaml.safe_load(files("shared.rules").joinpath("data/denials.yaml").read_text("utf-8"))
FLIPS: dict[str, str] = _DATA["flips"]
DENIABLE = frozenset(_DATA["deniable"])
FEARED = frozenset(_DATA["feared"])
WISHED_AWAY = frozenset(_DATA["wished_away"])
WISH_PARTS = frozenset(_DATA["wish_parts"])
OVERLAP = 2  # a Japanese stem and its negation share a syllable
REACH_OF_WORDS, REACH_OF_CHARACTERS, REACH_BACK = 24, 6, 4
_FIRST_CJK = "\u3000"


def told(clause: list[Hit], folded: str) -> Iterator[Hit]:
    """The hits of one clause that its writer states, in order; flipped where they are denied."""
    imagined = any(hit.concept == "hypothetical" for hit in clause)
    denied = set(_denied_before(clause, folded)) | set(_denied_after(clause))
    for hit in clause:
        if hit in denied and hit.concept in FLIPS:
            yield hit._replace(concept=FLIPS[hit.concept])
        elif hit in denied or (imagined and hit.concept in FEARED):
            continue
        else:
            yield hit


def _denied_before(clause: Iterable[Hit], folded: str) -> Iterator[Hit]:
    """Hits that follow a negation closely: "was not hacked"."""
    start = farthest = -1
    for hit in clause:
        if hit.concept == "negation_before":
            short = folded[hit.start : hit.start + 1] >= _FIRST_CJK
            start = hit.start
            farthest = hit.end + (REACH_OF_CHARACTERS if short else REACH_OF_WORDS)
        elif start < hit.start <= farthest and _can_be_denied(hit):
            yield hit


def _denied_after(clause: list[Hit]) -> Iterator[Hit]:
    """Hits that a negation follows closely, as in Japanese and Korean."""
    start = -1
    for hit in reversed(clause):
        if hit.concept == "negation_after":
            start = hit.start
        elif start >= 0 and _can_be_denied(hit) and -OVERLAP <= start - hit.end <= REACH_BACK:
            yield hit


def _can_be_denied(hit: Hit) -> bool:
    return hit.concept in FLIPS or hit.concept in DENIABLE
