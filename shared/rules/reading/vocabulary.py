"""All terms of all languages, and the choice of spelling they are looked up in."""

from collections.abc import Iterable, Mapping
from importlib.resources import files

import yaml

from shared.rules.reading.finder import Finder
from shared.rules.reading.folding import skeleton
from shared.rules.reading.lexicon import Lexicon
from shared.rules.reading.sentences import Sentence, sentences

RUSSIAN = "ru"
ENOUGH = 2  # different words that show Russian in Latin letters


def _latin_russian() -> frozenset[str]:
    text = files("shared.rules").joinpath("data/latin_russian.yaml").read_text("utf-8")
    return frozenset(str(word) for word in yaml.safe_load(text)["words"])


LATIN_RUSSIAN = _latin_russian()


def is_latin_russian(folded: str) -> bool:
    """Whether a folded text is Russian written in Latin letters."""
    return folded.isascii() and len(LATIN_RUSSIAN.intersection(folded.split())) >= ENOUGH


class Vocabulary:
    """Terms of every language in their own script, and Russian ones in Latin letters too."""

    def __init__(self, lists: Iterable[Mapping[str, Lexicon]]) -> None:
        """Compile lists, each by language, in both spellings."""
        lists = tuple(lists)
        native = (lexicon.terms for by_language in lists for lexicon in by_language.values())
        self._native = Finder(_merged(native))
        self._latin_russian = Finder(_merged(each[RUSSIAN].skeletons() for each in lists))

    def read(self, folded: str, triggers: frozenset[str] | None = None) -> tuple[Sentence, ...]:
        """Sentences of a folded text with what each states; none where no trigger is named."""
        finder = self._native
        if is_latin_russian(folded):
            folded, finder = skeleton(folded), self._latin_russian
        hits = finder.find(folded)
        if triggers is not None and triggers.isdisjoint([hit.concept for hit in hits]):
            return ()
        return sentences(folded, hits)


def _merged(lists: Iterable[dict[str, tuple[str, ...]]]) -> dict[str, set[str]]:
    merged: dict[str, set[str]] = {}
    for terms in lists:
        for term, concepts in terms.items():
            merged.setdefault(term, set()).update(concepts)
    return merged
