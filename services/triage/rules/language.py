"""Which language a customer writes in: by script, by small words, and by a model for the rest."""

import re
from collections import Counter
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any

from services.triage.rules.data import load
from shared.rules.danger import LANGUAGES
from shared.rules.reading import fold, is_latin_russian

UNKNOWN = "und"
LOOKED_AT = 2_000  # characters: more of the same text tells no more
CJK_LETTER = 3  # a syllable says as much as this many word signs
EASTERN = 4  # a syllable or word sign says as much as this many letters
KANA_SHARE = 0.12  # below it, kana in a Chinese text is a name or an ornament
ENOUGH, LEAD = 2.0, 1.25  # votes that decide, and by how much they must lead
OWN_LETTER = 3  # votes for each letter only one language has, for two at most
FEW_WORDS = 3  # too few for the model to know better

_DATA = load("languages.yaml")
_CYRILLIC: dict[str, frozenset[str]] = {
    name: frozenset(letters) for name, letters in _DATA["cyrillic_letters"].items()
}
_BULGARIAN = frozenset(_DATA["bulgarian_words"])
_JAPANESE_FORMS = frozenset(_DATA["japanese_forms"])
_OWN_LETTERS = {letter: name for name, letters in _DATA["letters"].items() for letter in letters}
_SPOKEN: dict[str, list[str]] = {}  # word -> languages it belongs to
for _name, _words in _DATA["words"].items():
    for _word in _words:
        _SPOKEN.setdefault(_word, []).append(_name)
_SCRIPT_OF = {
    block: script
    for script, ranges in _DATA["scripts"].items()
    for first, last in ranges
    for block in range(first >> 5, (last >> 5) + 1)
}

_TWO_LETTERS = re.compile("[A-Za-z][^A-Za-z]{0,9}[A-Za-z]")
_LINK = re.compile(
    r"https?://[!-~]+|www\.[!-~]+|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,64}|[@#/][A-Za-z0-9_]+"
)
_IN_LINK, _DIGIT = re.compile(r"[@#/]|www\."), re.compile(r"\d")
_QUOTE = re.compile("[>\"\u201c«„「『']")  # one of these opens every quotation
_CODE = re.compile(r"`[^`]{0,500}`|\{[^{}]{0,500}\}")
_NUMBERED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,40}\d[0-9A-Za-z]*")
_QUOTED = re.compile(
    r"^>.*$|\"[^\"\n]{2,500}\"|\u201c[^\u201d]{2,500}\u201d|«[^»]{2,500}»|„[^“”]{2,500}[“”]"
    r"|「[^」]{2,500}」|『[^』]{2,500}』|(?<!\w)'[^'\n]{8,300}'(?!\w)",
    re.MULTILINE,
)


def language_of(text: str, folded: str | None = None) -> str:
    """ISO 639-1 code of the language an NFKC text is written in, `und` where it holds no words.

    Links, hashes and addresses do not count, nor does what is quoted while other words remain.
    `folded` is fold(text), where the caller has it.
    """
    bare = _bare(text[:LOOKED_AT])
    unquoted = _QUOTED.sub(" ", bare) if _QUOTE.search(bare) else bare
    known = folded if unquoted == text else None
    return _by_script(unquoted, known) or _by_script(bare, None) or UNKNOWN


def _bare(text: str) -> str:
    """The text without links, code and numbers; most have none, which is soon seen."""
    if _IN_LINK.search(text):
        text = _LINK.sub(" ", text)
    if "`" in text or "{" in text:
        text = _CODE.sub(" ", text)
    return _NUMBERED.sub(" ", text) if _DIGIT.search(text) else text


def _by_script(text: str, folded: str | None) -> str | None:
    if text.isascii():
        return _latin(text, folded) if _TWO_LETTERS.search(text) else None
    counts: Counter[str | None] = Counter()
    for letter, times in Counter(text).items():
        if letter.isalpha():
            counts[_SCRIPT_OF.get(ord(letter) >> 5)] += times
    del counts[None]
    east = counts.pop("han", 0), counts.pop("kana", 0), counts.pop("hangul", 0)
    counts["east"] = sum(east) * EASTERN
    counts["cyrillic"] *= 2
    script, most = counts.most_common(1)[0]
    if most < 2:  # noqa: PLR2004 - one letter is no word
        return None
    if script == "east":
        return _eastern(text, *east)
    if script == "cyrillic":
        return _cyrillic(text.casefold())
    return _latin(text, folded) if script == "latin" else script


def _eastern(text: str, han: int, kana: int, hangul: int) -> str:
    if hangul >= max(kana, han / CJK_LETTER):
        return "ko"
    if kana >= KANA_SHARE * (kana + han):
        return "ja"
    return "zh" if _JAPANESE_FORMS.isdisjoint(text) else "ja"


def _cyrillic(text: str) -> str:
    letters = set(text)
    for language, own in _CYRILLIC.items():
        if not own.isdisjoint(letters):
            return language
    bulgarian = not _BULGARIAN.isdisjoint(text.split()) and letters.isdisjoint("ыэё")
    return "bg" if bulgarian else "ru"


def _latin(text: str, folded: str | None) -> str:
    folded = folded or fold(text)
    if is_latin_russian(folded):
        return "ru"
    (best, most), (_, second) = (*_votes(text, folded).most_common(2), ("", 0), ("", 0))[:2]
    if best in LANGUAGES and most >= ENOUGH and most >= LEAD * second:
        return best
    if most and len(text.split()) <= FEW_WORDS:
        return best
    return str(model().classify(text)[0])


def _votes(text: str, folded: str) -> Counter[str]:
    """One for each use of a language's word, more for letters only it has."""
    spoken = filter(None, map(_SPOKEN.get, folded.split()))
    votes = Counter(chain.from_iterable(spoken))
    if not text.isascii():
        letters = Counter(_OWN_LETTERS.get(letter) for letter in set(text.casefold()))
        del letters[None]
        votes.update({name: OWN_LETTER * min(2, shown) for name, shown in letters.items() if name})
    return votes


@cache
def model() -> Any:
    """The model for what script and small words leave open: half a second and 40 MB to load.

    A service calls it before it is ready, so that no complaint waits for it.
    """
    identifier = import_module("py3langid.langid").LanguageIdentifier
    found = identifier.from_model_file("data/model.npz.xz")
    found.set_languages(_DATA["model_languages"])
    found._full_model = None  # noqa: SLF001 - all languages' weights, 50 MB that nobody reads again
    return found
