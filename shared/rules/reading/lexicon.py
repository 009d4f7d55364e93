"""Term lists as data: one file per language, each a concept with the words that mean it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

import yaml

from shared.rules.reading.folding import fold, skeleton

SHORTEST_INFLECTED = 4
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True)
class Lexicon:
    """Folded terms of one language with the concepts they mean, and the version of the data."""

    terms: dict[str, tuple[str, ...]]
    version: str

    def skeletons(self) -> dict[str, tuple[str, ...]]:
        """The same terms as Russian written in Latin letters spells them."""
        return {skeleton(term): concepts for term, concepts in self.terms.items()}


def load_lexicons(package: str, folder: str, languages: Iterable[str]) -> dict[str, Lexicon]:
    """Read `folder`/<language>.yaml of a package for each language, by language.

    A file holds `version`, `endings` (what a word may take on: plural, gender), and `terms`:
    concept -> list. A term is a word or phrase between word
    boundaries; `*` at its end lets the word go on. In scripts without spaces it matches anywhere.
    """
    root = files(package).joinpath(folder)
    return {
        language: _lexicon(root.joinpath(f"{language}.yaml").read_text("utf-8"))
        for language in languages
    }


def _lexicon(text: str) -> Lexicon:
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    meanings: dict[str, set[str]] = defaultdict(set)
    for concept, terms in data["terms"].items():
        for term in terms:
            for spelled in _spellings(_compile(term), data.get("endings", ())):
                meanings[spelled].add(concept)
    terms = {term: tuple(sorted(concepts)) for term, concepts in meanings.items()}
    return Lexicon(terms, str(data["version"]))


def _spellings(term: str, endings: Iterable[str]) -> Iterator[str]:
    """The term, and with each ending of the language where it ends in a long enough word."""
    yield term
    if term.endswith(" ") and len(term.rsplit(maxsplit=1)[-1]) >= SHORTEST_INFLECTED:
        yield from (f"{term[:-1]}{ending} " for ending in endings)


def _compile(term: str) -> str:
    """Spaces stand for word boundaries: none around CJK, none after a stem."""
    folded = fold(term.removesuffix("*")).strip()
    before = "" if _SPACELESS.match(folded[0]) else " "
    after = "" if term.endswith("*") or _SPACELESS.match(folded[-1]) else " "
    return f"{before}{folded}{after}"
