"""Order and user numbers: what the words before a number say it is."""

import re
from collections.abc import Iterable
from itertools import islice

from services.triage.rules.amounts import is_money
from services.triage.rules.assets import ticker_at
from services.triage.rules.data import load

MOST = 50  # of each kind, from one text
FEWEST, FEWEST_MARKED, FEWEST_FAR = 5, 3, 7  # digits; after "no." or "id"; far from its word
FEWEST_MIXED = 5  # with letters, far from its word
SHORT = 9  # characters: BTC1000 is no number of an order, BTC20240611 may be

_DATA = load("identifiers.yaml")
_CODE = re.compile(r"(?<![0-9A-Za-z_.,-])(?=[A-Za-z_-]{0,12}\d)[A-Za-z0-9_-]{4,64}+(?![.,]\d)")
_PREFIXED = re.compile(rf"(?:{'|'.join(_DATA['prefixes'])})[A-Z]{{0,3}}[-_]?\d", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_QUANTITY = re.compile(r"\d{1,6}[A-Za-z]{1,6}\Z|\d+h\d\d\Z|[12]\d{3}-\d\d?-\d\d?\Z")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\Z")
_LOOK_BACK, _LOOK_AHEAD = 48, 8


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff"
_KINDS = ("other", "user", "order")


def _cue(kind: str, behind: str = "") -> str:
    """The words for a kind of number; where words are spaced they stand alone."""
    spaced = [word for word in _DATA[kind] if re.match(f"[{_LETTER}]", word)]
    dense = [word for word in _DATA[kind] if word not in spaced]
    return rf"(?:(?<![{_LETTER}])(?:{_any_of(spaced)}){behind}|{_any_of(dense)})"


_BETWEEN = rf"(?:\s{{0,2}}(?:{_any_of(_DATA['between'])})){{0,5}}\s{{0,2}}\Z"
_NEAR = {kind: re.compile(_cue(kind) + _BETWEEN, re.IGNORECASE) for kind in _KINDS}
_CUE = re.compile(
    "|".join(f"(?P<{kind}>{_cue(kind, f'(?![{_LETTER}])')})" for kind in _KINDS), re.IGNORECASE
)
_MARK = re.compile(rf"#|{_any_of(_DATA['marks'])}", re.IGNORECASE)
_STOP = re.compile(r"[.!?。!?;\n](?:\s|\Z)|[。\n]")
_AND = re.compile(
    rf"[\s,、;&/+()]{{0,4}}(?:(?:{_any_of(_DATA['and'])})[\s#]{{0,3}})?\Z", re.IGNORECASE
)
_AFTER = re.compile(
    rf"\s?(?:号|號|번|番)?(?:的|の)?[这那此该這該]?[笔筆张張个個]?\s?(?:{_any_of(_DATA['order_after'])})"
)


def references_in(text: str) -> tuple[list[str], list[str]]:
    """User numbers and order numbers of an NFKC text, verbatim, in order."""
    if not _DIGITS.search(text):
        return [], []
    found: dict[str, list[str]] = {"user": [], "order": [], "other": []}
    kind: str | None = None
    end = 0
    for match in islice(_CODE.finditer(text), MOST):
        listed = kind and _AND.match(text, end, match.start())
        kind = _kind(text, match, kind if listed else None)
        end = match.end()
        if kind:
            found[kind].append(match[0])
    return found["user"], found["order"]


def _kind(text: str, match: re.Match[str], before: str | None) -> str | None:
    """`order` or `user`; `before` is the kind of the number this one is listed with."""
    code, digits = match[0], len(_DIGITS.findall(match[0]))
    if digits < FEWEST_MARKED or _QUANTITY.match(code) or _counts(text, match):
        return None
    lead = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    known = digits + (FEWEST - FEWEST_MARKED if code[0].isalpha() and code.isupper() else 0)
    near = next((kind for kind, cue in _NEAR.items() if _introduces(cue, lead, known)), None)
    if near:
        return near
    if digits >= FEWEST and (_PREFIXED.match(code) or _AFTER.match(text, match.end())):
        return "order"
    return (before if digits >= FEWEST else None) or _far(code, digits, lead)


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether the number is an amount: `order 50000 DOGE`, `order ETH1000`."""
    if not match[0].isdigit():
        return len(match[0]) < SHORT and ticker_at(match[0], 0) is not None
    return is_money(text, match.end()) or ticker_at(text, match.end()) is not None


def _introduces(cue: re.Pattern[str], lead: str, digits: int) -> bool:
    found = cue.search(lead)
    return found is not None and (digits >= FEWEST or bool(_MARK.search(found[0])))


def _far(code: str, digits: int, lead: str) -> str | None:
    """What the last word for a number in the same sentence announces, of a long number."""
    mixed = not code.isdigit()
    if digits < (FEWEST_MIXED if mixed else FEWEST_FAR) or _DATE.match(code):
        return None
    cues = list(_CUE.finditer(lead))
    if not cues or _STOP.search(lead, cues[-1].end()):
        return None
    kind = cues[-1].lastgroup
    return None if kind == "user" and mixed else kind
