"""Letters that only look right: invisible ones, and those of another alphabet in a word."""

import re

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
    "|[\U000e0000-\U000e007f]"
)
_FOREIGN = "[\u0370-\u03ff\u0400-\u052f]"
_SEAM = re.compile(f"[A-Za-z]{_FOREIGN}|{_FOREIGN}[A-Za-z]")
_WORD = re.compile("[A-Za-z\u0370-\u03ff\u0400-\u052f]+")
_TO_LATIN = str.maketrans(
    "аеосрхуіјѕԁһӏкԛԝАВСЕНІЈКМОРЅТУХοανικρτυχεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeocpxyijsdhlkqwABCEHIJKMOPSTYXoavikptuxeABEZHIKMNOPTYX",
)
_TO_CYRILLIC = str.maketrans("aeocpxykABCEHKMOPTX", "аеосрхукАВСЕНКМОРТХ")


def as_it_looks(text: str) -> str:
    """The text without invisible characters, each word in one alphabet where it can be.

    A Cyrillic letter in "account" becomes the Latin one (Unicode TR 39, confusables in use).
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    return _WORD.sub(_one_alphabet, text) if _SEAM.search(text) else text


def _one_alphabet(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or not _SEAM.search(word):
        return word
    latin = word.translate(_TO_LATIN)
    if latin.isascii():
        return latin
    cyrillic = word.translate(_TO_CYRILLIC)
    return cyrillic if not re.search("[A-Za-z]", cyrillic) else word
