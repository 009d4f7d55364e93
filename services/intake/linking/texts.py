"""Near texts: a sketch of the pairs of words of a text, in any language. Pure.

One-permutation MinHash (Li, Owen, Zhang 2012) with empty bins filled from their neighbours
(Shrivastava, Li 2014): the share of equal bins estimates the share of equal pairs. The hash is
keyed, so that a sketch says nothing to who has no key.
"""

import re
from hashlib import blake2b
from itertools import pairwise

from shared.rules.reading.folding import fold

BINS, ROWS, BYTES = 48, 3, 4
"""16 bands of 3 bins: texts that share 60 % of their pairs meet in a band 98 times of 100."""
_FULL: int = 2 ** (8 * BYTES)
# Japanese, Chinese and Korean have no spaces, or endings on every word: each sign is a word.
_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")


def pairs(text: str, longest: int) -> frozenset[str]:
    """Each two words that stand side by side in the first `longest` characters."""
    words = _WORD.findall(fold(text[:longest]))
    return frozenset(f"{one} {next_}" for one, next_ in pairwise(words))


def sketch(found: frozenset[str], key: bytes) -> bytes:
    """The least hash in each bin; two sketches of the same key can be compared."""
    least: dict[int, int] = {}
    for pair in found:
        number = int.from_bytes(blake2b(pair.encode(), digest_size=8, key=key).digest())
        place, value = number % BINS, number // BINS % _FULL
        least[place] = min(value, least.get(place, value))
    return b"".join(_bin(least, place).to_bytes(BYTES) for place in range(BINS)) if least else b""


def _bin(least: dict[int, int], place: int) -> int:
    """The bin's value, or that of the next full one, marked by its distance."""
    distance = next(d for d in range(BINS) if (place + d) % BINS in least)
    value = least[(place + distance) % BINS] + distance
    return value % _FULL


def bands(drawn: bytes) -> tuple[str, ...]:
    """Names that near texts share at least one of."""
    width = ROWS * BYTES
    return tuple(
        f"text:{start // width}:{drawn[start : start + width].hex()}"
        for start in range(0, len(drawn), width)
    )


def likeness(one: bytes, other: bytes) -> float:
    """The share of pairs that both texts hold, 0 to 1, with an error of some 7 points."""
    if not one or not other:
        return 0.0
    places = range(0, BINS * BYTES, BYTES)
    return sum(one[at : at + BYTES] == other[at : at + BYTES] for at in places) / BINS
