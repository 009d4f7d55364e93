"""What a model looks at in a text: its words and their parts, meanings, concepts and rules."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations, islice
from operator import add

from shared.rules.reading.folding import skeleton
from shared.rules.reading.rulebook import Fired
from shared.rules.reading.sentences import Sentence
from shared.rules.reading.vocabulary import is_latin_russian

LOOKED_AT = 4_000  # characters: more of the same text tells no more
SENTENCES = 40  # whose concepts are paired
LONGEST_START = 8  # letters of a word's start
SHORTEST_START = 3
LONGEST_GRAM = 4  # signs, where words are written without spaces
COMMON, LONGEST_COMMON = 4_096, 16  # words kept in mind, and their letters
OF_A_PAIR = 5  # letters of each of two words in a row
HEAVY = 2.0  # what a concept, a meaning or a rule counts beside a word

Meanings = Mapping[str, tuple[str, ...]]  # gram -> the meanings it has

_NUMBER = re.compile(r"\d+")
_STOPS = re.compile(r" [.?] ")
_FIRST_SPACELESS, _FIRST_HANGUL, _LAST_SPACELESS = "\u3040", "\uac00", "\ud7a3"
_SYLLABLES = "\u1100"  # from here on, one letter is a syllable or a word


def features_of(
    folded: str,
    meanings: Meanings,
    sentences: Iterable[Sentence] = (),
    fired: Iterable[Fired] = (),
) -> set[str]:
    """The features of a folded text, each once, told apart by their first letter.

    `start`, `word ` and `two words` are spellings, `#` a meaning, `@` a concept, `!` a rule that
    fired; `+` joins two meanings or concepts of one sentence.
    """
    found: set[str] = set()
    latin_russian = is_latin_russian(folded)
    for part in _STOPS.split(folded[:LOOKED_AT]):
        spelled = grams(part, latin_russian=latin_russian)
        found |= spelled
        found.update(_with_pairs("#", _meant(spelled, meanings)))
    for sentence in islice(sentences, SENTENCES):
        found.update(_with_pairs("@", sentence.words))
    for one in fired:
        found.add(f"!{one.rule.rule}")
        found.add(f"!{one.rule.category}/{one.rule.priority}")
    return found


def value_of(feature: str) -> float:
    """What a feature counts before the lengths of texts are made equal."""
    return HEAVY if feature[0] in "#@!" and "+" not in feature else 1.0


def grams(folded: str, *, latin_russian: bool = False) -> set[str]:
    """The spellings of a folded text; those of Russian in Latin letters begin with `~`."""
    words = _NUMBER.sub("0", skeleton(folded) if latin_russian else folded).split()
    if latin_russian:
        words = [f"~{word}" for word in words]
    found: set[str] = set()
    before = ""
    for word in words:
        if is_spaceless(word):
            found.update(_within(word, LONGEST_GRAM))
        else:
            found.update(_of_common(word) if len(word) <= LONGEST_COMMON else _of_word(word))
        found.add(f"{before} {word[:OF_A_PAIR]}")
        before = word[:OF_A_PAIR]
    return found


def _of_word(word: str) -> tuple[str, ...]:
    """A word where words are spaced: its starts, the whole, and what a Korean one holds."""
    shortest = 1 if word[0] >= _SYLLABLES else SHORTEST_START
    longest = min(LONGEST_START, len(word)) + 1
    inner: Iterable[str] = ()
    if _FIRST_HANGUL <= word[0] <= _LAST_SPACELESS:
        inner = (f"-{gram}" for gram in _within(word[1:], 2))
    return (*(word[:size] for size in range(shortest, longest)), f"{word} ", *inner)


_of_common = lru_cache(COMMON)(_of_word)


def is_spaceless(word: str) -> bool:
    """Whether it is written in Chinese or Japanese signs, where no space ends a word."""
    return _FIRST_SPACELESS <= word[0] < _FIRST_HANGUL


def _within(word: str, longest: int) -> list[str]:
    grams = longer = list(word)
    for size in range(1, longest):
        longer = list(map(add, longer, word[size:]))
        grams = grams + longer
    return grams


def _meant(spelled: set[str], meanings: Meanings) -> set[str]:
    return {meaning for gram in meanings.keys() & spelled for meaning in meanings[gram]}


def _with_pairs(mark: str, names: Iterable[str]) -> list[str]:
    ordered = sorted([mark + name for name in names])
    return ordered + [f"{one}+{other[1:]}" for one, other in combinations(ordered, 2)]
