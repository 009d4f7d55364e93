"""Which language a customer writes in: by script, by small words, and by a model for the rest."""

import re
from collections import Counter
from functools import cache
from importlib import import_module
from typing import Any

from services.triage.rules.data import load
from shared.rules.reading import fold, is_latin_russian

UNKNOWN = "und"
LOOKED_AT = 2_000  # characters: more of the same text tells no more
CJK_LETTER = 3  # a syllable or word sign says as much as this many letters
KANA_SHARE = 0.12  # below it, kana in a Chinese text is a name or an ornament
ENOUGH, LEAD = 2.0, 1.25  # votes that decide, and by how much they must lead

_DATA = load("languages.yaml")
_WORDS = {language: frozenset(map(str, words)) for language, words in _DATA["words"].items()}
_LETTERS = {language: frozenset(letters) for language, letters in _DATA["letters"].items()}
_JAPANESE_FORMS = frozenset(_DATA["japanese_forms"])
_CYRILLIC = {language: frozenset(letters) for language, letters in _DATA["cyrillic_letters"].items()}
_BULGARIAN = frozenset(_DATA["bulgarian_words"])

_FOREIGN = re.compile(  # links, mail addresses, code, hashes and addresses, handles
    r"https?://\S+|www\.\S+|\S{1,64}@\S{1,64}|`[^`]{0,500}`|\{[^{}]{0,500}\}|[@#/]\w+"
    r"|(?=\w{0,40}\d)[0-9A-Za-z]{16,128}|\d[\w.,:/-]*"
)
_QUOTED = re.compile(
    r"^>.*$|\"[^\"\n]{2,500}\"|“[^”]{2,500}”|«[^»]{2,500}»|„[^“”]{2,500}[“”]|「[^」]{2,500}」|『[^』]{2,500}』"
    r"|(?<!\w)'[^'\n]{8,300}'(?!\w)",
    re.MULTILINE,
)
_SCRIPTS = {
    "han": "\u3400-\u9fff",
    "kana": "\u3041-\u30fa\u30fc",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "cyrillic": "\u0400-\u052f",
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "ar": "\u0600-\u06ff",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "ka": "\u10a0-\u10ff",
    "hy": "\u0530-\u058f",
    "km": "\u1780-\u17ff",
}
_OF_SCRIPT = {script: re.compile(f"[{letters}]") for script, letters in _SCRIPTS.items()}


def language_of(text: str) -> str:
    """ISO 639-1 code of the language a text is written in, `und` where it holds no words.

    Links, hashes and addresses do not count, nor does what is quoted while other words remain.
    """
    bare = _FOREIGN.sub(" ", text[:LOOKED_AT])
    own = _QUOTED.sub(" ", bare)
    return _by_script(own) or _by_script(bare) or UNKNOWN


def _by_script(text: str) -> str | None:
    counts = {script: len(pattern.findall(text)) for script, pattern in _OF_SCRIPT.items()}
    east = counts["han"] + counts["kana"] + counts["hangul"]
    counts["latin"] = counts["latin"] if counts["latin"] > 1 else 0
    weights = counts | {"han": 0, "kana": 0, "hangul": 0, "east": east * CJK_LETTER}
    weights["cyrillic"] *= 2
    script = max(weights, key=lambda name: weights[name])
    if not weights[script]:
        return None
    if script == "east":
        return _eastern(text, counts)
    if script == "cyrillic":
        return _cyrillic(text)
    return _latin(text) if script == "latin" else script


def _eastern(text: str, counts: dict[str, int]) -> str:
    if counts["hangul"] >= max(counts["kana"], counts["han"] / 3):
        return "ko"
    if counts["kana"] >= KANA_SHARE * (counts["kana"] + counts["han"]):
        return "ja"
    return "zh" if _JAPANESE_FORMS.isdisjoint(text) else "ja"


def _cyrillic(text: str) -> str:
    letters = set(text.casefold())
    for language, own in _CYRILLIC.items():
        if not own.isdisjoint(letters):
            return language
    bulgarian = not _BULGARIAN.isdisjoint(text.casefold().split()) and letters.isdisjoint("ыэё")
    return "bg" if bulgarian else "ru"


def _latin(text: str) -> str | None:
    folded = fold(text)
    if is_latin_russian(folded):
        return "ru"
    votes = _votes(text, folded)
    (best, most), (_, second) = votes.most_common(2)
    if most >= ENOUGH and most >= LEAD * second:
        return best
    return _by_model(text, best if most else None)


def _votes(text: str, folded: str) -> Counter[str]:
    """Words of each language, and letters only it has; a word counts once for each use."""
    words, letters = folded.split(), frozenset(text.casefold())
    votes: Counter[str] = Counter()
    for language, own in _WORDS.items():
        votes[language] = sum(len(word) > 1 or word in "aiy" for word in words if word in own)
    for language, shown in _LETTERS.items():
        votes[language] += 2 * min(2, len(shown & letters))
    return votes


def _by_model(text: str, guess: str | None) -> str | None:
    """A guess from single words stands for a text too short for the model to know better."""
    if len(text.split()) <= 3 and guess:
        return guess
    language: str = _model().classify(text)[0]
    return language


@cache
def _model() -> Any:  # noqa: ANN401 - py3langid ships no types
    """Loaded at the first text that needs it: it takes half a second and 90 MB."""
    identifier = import_module("py3langid.langid").LanguageIdentifier
    model = identifier.from_model_file("data/model.npz.xz")
    model.set_languages(_DATA["model_languages"])
    return model
