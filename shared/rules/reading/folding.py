"""One spelling for every text and every term: case, width, accents, script seams and marks."""

import re
import unicodedata
from importlib.resources import files

import yaml

from shared.rules.reading.lookalikes import as_it_looks

LONGEST = 20_000  # characters read of any text: intake takes no longer one
BREAK, QUESTION, PAUSE = " . ", " ? ", " , "  # what punctuation becomes

_MARKS = re.compile("[\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad]")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_SEAM = re.compile(rf"(?<=[a-z0-9])(?=[{_CJK}])|(?<=[{_CJK}])(?=[a-z0-9])")
_GAP = re.compile(r"[^\w ]\W*| {2,}")
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "\N{LATIN SMALL LETTER DOTLESS I}": "i"})
_SENTENCE_ENDS = frozenset("!。…;\n")
_PAUSES = frozenset(",、:([{\N{EM DASH}\N{EN DASH}")


def _hanzi() -> dict[int, str]:
    text = files("shared.rules").joinpath("data/hanzi.yaml").read_text("utf-8")
    pairs = yaml.safe_load(text)["traditional_to_simplified"].split()
    return {ord(pair[0]): pair[1] for pair in pairs}


_SIMPLIFIED = _hanzi() | _LETTERS


def plain(text: str) -> str:
    """The text in NFKC as it looks to a reader, cut to LONGEST.

    The numero sign must not become the word "no".
    """
    one = unicodedata.normalize("NFKC", text[:LONGEST].replace("\N{NUMERO SIGN}", "#"))
    return as_it_looks(one[:LONGEST])


def fold(text: str) -> str:
    """The text in the spelling terms are matched in, a space at either end.

    NFKC, lower case, no accents, simplified characters; punctuation becomes ` . `, ` ? ` or ` , `.
    """
    folded = plain(text).casefold()
    if not folded.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFD", folded))
        folded = unicodedata.normalize("NFC", bare).translate(_SIMPLIFIED)
        folded = _SEAM.sub(" ", folded)
    return _GAP.sub(_gap, f" {folded} ")


def _gap(match: re.Match[str]) -> str:
    gap = match[0]
    if "?" in gap:
        return QUESTION
    if not _SENTENCE_ENDS.isdisjoint(gap) or ("." in gap and _ends_sentence(match)):
        return BREAK
    if not _PAUSES.isdisjoint(gap) or gap == "- ":
        return PAUSE
    return " "


def _ends_sentence(match: re.Match[str]) -> bool:
    """A dot before a space or the end of text, or between two words; not one inside a number."""
    if match[0] != ".":
        return True
    text, after = match.string, match.end()
    return not (text[match.start() - 1].isdigit() or text[after : after + 1].isdigit())


_RUSSIAN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziiklmnoprstufhcie", strict=True))
    | {"ё": "e", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "u", "я": "a"}
)
_SPELLINGS = (  # ways of writing Russian in Latin letters -> the one of the skeleton
    ("shch", "sh"), ("sch", "sh"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ya", "a"), ("ja", "a"),
    ("ia", "a"), ("yu", "u"), ("ju", "u"), ("iu", "u"), ("yo", "e"), ("jo", "e"), ("io", "e"),
    ("ye", "e"), ("je", "e"), ("ie", "e"), ("y", "i"), ("j", "i"), ("w", "v"), ("ii", "i"),
)  # fmt: skip


def skeleton(folded: str) -> str:
    """Russian in either alphabet, spelled in one careless Latin way; for folded text."""
    spelled = folded.translate(_RUSSIAN)
    for written, plain in _SPELLINGS:
        spelled = spelled.replace(written, plain)
    return spelled
