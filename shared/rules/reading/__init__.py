"""Reading a customer's words: one folded spelling, terms, denials and rules over them."""

from shared.rules.reading.folding import LONGEST, fold, plain, skeleton
from shared.rules.reading.lexicon import Lexicon, load_lexicons
from shared.rules.reading.rulebook import Fired, Rule, Rulebook, load_rulebook
from shared.rules.reading.sentences import Sentence
from shared.rules.reading.vocabulary import Vocabulary, is_latin_russian

__all__ = [
    "LONGEST",
    "Fired",
    "Lexicon",
    "Rule",
    "Rulebook",
    "Sentence",
    "Vocabulary",
    "fold",
    "is_latin_russian",
    "load_lexicons",
    "load_rulebook",
    "plain",
    "skeleton",
]
