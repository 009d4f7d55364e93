"""Passwords and one-time codes: known by the words around them, in eight languages."""

import re
from collections.abc import Iterator
from functools import cache

from shared.rules.addresses import parse_address
from shared.rules.secrets.cues import SPACELESS, Cue, listed
from shared.rules.secrets.spans import Page, Span, cue_after, cue_before

KINDS = {"password": "password", "code": "one-time-code", "short_code": "one-time-code"}
REACH = 40  # characters between a word and its value
CLAIM = 14  # characters in which an order, a uid or the like claims a number for itself
MIXED = 6  # a value without "is" or a colon before it has so many characters, of two sorts
SHORTEST, MOST_DIGITS = 4, 12  # a password; one of digits alone
QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019\u300c\u300d\u300e\u300f\u00ab\u00bb"


def _any_of(name: str) -> str:
    return "|".join(re.escape(word) for word in listed(name))


_WALL = re.compile(r"[\n\0.!?。;\d]")
_LINK = re.compile(
    rf"(?<![^\W_])(?:{_any_of('links')})(?![^\W_])|{_any_of('joined_links')}|[:=\u2014\u2013]|->|\s-\s"
)
_OPEN = rf"[\s*(\[\u3010{QUOTES}]*"
_UNIT = rf"\s*(?:{_any_of('units')})"
_DIGITS = rf"(?:\d{{3}}[ -]\d{{3}}|\d{{4,8}})(?![0-9a-z]|[-/.:,]\d|{_UNIT})"
_MIXED_CODE = rf"(?=[a-z-]{{0,9}}\d)[a-z0-9-]{{5,10}}(?![0-9a-z]|{_UNIT})"
_CODE = re.compile(f"{_OPEN}(?P<value>{_DIGITS})")
_LINKED_CODE = re.compile(f"{_OPEN}(?P<value>{_DIGITS}|{_MIXED_CODE})")
_SHORT_CODE = re.compile(rf"{_OPEN}(?P<value>\d{{3}}[ -]?\d{{3}}(?![0-9a-z]|[-/.:,]\d|{_UNIT}))")
_LETTERS = "\u00c0-\u024f\u0400-\u052f\u1e00-\u1eff"  # Latin with accents, Cyrillic
_PASSWORD = re.compile(rf"{_OPEN}(?P<value>[!-~{_LETTERS}]{{4,64}})")
_QUOTED = re.compile(rf"\s*[{QUOTES}](?P<value>[^{QUOTES}\n\0]{{4,64}})[{QUOTES}]")
_SAID = rf"[{QUOTES})]*\s*(?:{_any_of('links')}|{_any_of('joined_links')}|[(\u2014-])"
_MINE = rf"(?:\s*(?:{_any_of('possessives')}))"
_CODE_BEFORE = re.compile(
    r"(?<![0-9a-z.,/#-])(?P<value>\d{3}[ -]\d{3}|\d{4,8})"
    rf"{_SAID}{_MINE}{{0,3}}(?:\s\w{{1,15}})?\s*$"
)
_PASSWORD_BEFORE = re.compile(
    rf"(?<![!-~])(?P<value>(?=[!-~]*\d)(?=[!-~]*[a-z])[!-~]{{6,64}})\s*{_SAID}{_MINE}{{1,3}}\s*$"
)
_FACT = re.compile(r"(?:0x)?[0-9a-f]{32,}|[^@]+@[^@]+\.[^@]+|.*://.*|www\..*")
_SORTS = (re.compile(f"[a-z{_LETTERS}]"), re.compile(r"\d"), re.compile(r"[@#$%^&*_+=!?~]"))
_CLAUSE_END = re.compile(rf"\s*(?:[.,;!)\n\"']|$|(?:{_any_of('ands')})\b)")


def find_spoken(page: Page) -> Iterator[Span]:
    """The value that each word for a password or a code points at, behind it or before it."""
    for cue in page.cues:
        if cue.concept in KINDS:
            found = _linked(page, cue) or _direct(page, cue) or _before(page, cue)
            if found:
                yield Span(*found, KINDS[cue.concept])


def _linked(page: Page, cue: Cue) -> tuple[int, int] | None:
    """A value behind "is", a colon or the like."""
    wall = _WALL.search(page.folded, cue.end, cue.end + REACH)
    end = wall.start() if wall else cue.end + REACH
    for link in _LINK.finditer(page.folded, cue.end, end):
        near = not page.folded[cue.end : link.start()].strip()
        if cue.concept == "password":
            found = _password(page, cue, link.end(), near=near)
        else:
            pattern = _LINKED_CODE if cue.concept == "code" else _SHORT_CODE
            found = _span(pattern.match(page.folded, link.end()))
        if found and not _claimed(page, found[0]):
            return found
    return None


def _direct(page: Page, cue: Cue) -> tuple[int, int] | None:
    """A value right behind its word."""
    if cue.concept == "password":
        match = _PASSWORD.match(page.folded, cue.end)
        found = _trimmed(match) if match else None
        if found is None or not _mixed(page.folded[slice(*found)]):
            return None
    else:
        pattern = _CODE if cue.concept == "code" else _SHORT_CODE
        found = _span(pattern.match(page.folded, cue.end))
    return found if found and not _claimed(page, found[0]) else None


def _before(page: Page, cue: Cue) -> tuple[int, int] | None:
    """A value of which the text says that it is one: `123456 is my code`."""
    pattern = _PASSWORD_BEFORE if cue.concept == "password" else _CODE_BEFORE
    found = _span(pattern.search(page.folded, max(0, cue.start - 2 * REACH), cue.start))
    if found is None or _is_fact(page.folded[slice(*found)]) or _claimed(page, found[0]):
        return None
    return found if cue_after(page, found[1], REACH) == cue else None


def _password(page: Page, cue: Cue, at: int, *, near: bool) -> tuple[int, int] | None:
    quoted = _QUOTED.match(page.folded, at)
    if quoted and near:
        return None if _is_tame(quoted["value"]) else quoted.span("value")
    match = _PASSWORD.match(page.folded, at)
    found = _trimmed(match) if match else None
    if found is None:
        return None
    value = page.folded[slice(*found)]
    if _is_fact(value):
        return None
    if _sorts(value) > 1 or value.isdigit():
        return None if re.match(_UNIT, page.folded[found[1] :]) else found
    return found if near and _is_word(page, cue, *found) else None


def _is_word(page: Page, cue: Cue, start: int, end: int) -> bool:
    """Whether a plain word is meant as the password: not `wrong`, and nothing goes on behind it."""
    value = page.folded[start:end]
    if not (value.isalpha() and value.isascii()) or _is_tame(value):
        return False
    foreign = SPACELESS.match(page.folded, cue.start)
    return bool(foreign or _CLAUSE_END.match(page.folded, end))


def _trimmed(match: re.Match[str]) -> tuple[int, int] | None:
    """Without the punctuation that closes a clause; four characters must be left."""
    value = match["value"].rstrip(".,;:?)\"'`")
    start = match.start("value")
    return (start, start + len(value)) if len(value) >= SHORTEST else None


def _span(match: re.Match[str] | None) -> tuple[int, int] | None:
    return match.span("value") if match else None


def _claimed(page: Page, start: int) -> bool:
    """Whether words nearer to it call the value an order, a uid, an amount or the like."""
    at, before = cue_after(page, start, 0), cue_before(page, start, CLAIM)
    return any(cue is not None and cue.concept == "number" for cue in (at, before))


def _is_fact(value: str) -> bool:
    return bool(_FACT.fullmatch(value) or parse_address(value))


def _sorts(value: str) -> int:
    return sum(bool(sort.search(value)) for sort in _SORTS)


def _mixed(value: str) -> bool:
    """Digits alone, or letters with digits or signs: no ordinary word."""
    if value.isdigit():
        return len(value) <= MOST_DIGITS
    return len(value) >= MIXED and _sorts(value) > 1 and not _is_fact(value)


@cache
def _tame() -> frozenset[str]:
    return frozenset(listed("tame"))


def _is_tame(value: str) -> bool:
    first = re.split(r"[\s,;/]", value.strip(), maxsplit=1)[0]
    return first in _tame() or first.endswith(listed("tame_endings"))
