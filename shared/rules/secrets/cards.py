"""Payment card numbers: ISO/IEC 7812 prefixes and lengths, and Luhn's check digit."""

import re
from collections.abc import Iterator

from shared.rules.secrets.cues import Cue
from shared.rules.secrets.spans import Page, Span, cue_before

KIND = "card-number"
NEAR = 30  # characters between a cue and its number
_NUMBER = re.compile(
    r"(?<![0-9a-z+#])(?<![a-z]-)(?<!\d[.,])\d(?:[ -]?\d){12,18}(?![0-9a-z]|[.,]\d)"
)
# What a network issues: prefix -> lengths. A number of another length needs a word beside it.
_ISSUED = (
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|[689])"), {14}),
    (re.compile(r"35(?:2[89]|[3-8])"), {16}),
    (re.compile(r"4"), {16}),
    (re.compile(r"5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)|220[0-4]"), {16}),
    (re.compile(r"6(?:011|5|4[4-9]|0|[13-9])|5[0678]"), {16}),
    (re.compile(r"62"), {16, 17, 18, 19}),
)
_FIRST = "23456"  # what card numbers of banks begin with


def find_cards(page: Page) -> Iterator[Span]:
    """The card numbers; one that a word calls an order, a uid or the like is none."""
    for match in _NUMBER.finditer(page.folded):
        digits = re.sub("[ -]", "", match[0])
        if luhn(digits) and _is_card(digits, cue_before(page, match.start(), NEAR)):
            yield Span(match.start(), match.end(), KIND)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    odd, even = digits[-1::-2], digits[-2::-2]
    total = sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)
    return total % 10 == 0 and len(set(digits)) > 1


def _is_card(digits: str, cue: Cue | None) -> bool:
    if cue and cue.concept == "number":
        return False
    if cue and cue.concept == "card":
        return digits[0] in _FIRST
    return any(prefix.match(digits) and len(digits) in sizes for prefix, sizes in _ISSUED)
