"""Reading a customer's words: one folded spelling, terms, denials and rules over them."""

from shared.rules.reading.automaton import Automaton, Hit
from shared.rules.reading.folding import fold, skeleton
from shared.rules.reading.lexicon import Lexicon, load_lexicon
from shared.rules.reading.rulebook import Fired, Rulebook, load_rulebook
from shared.rules.reading.sentences import Sentence, read

__all__ = [
    "Automaton",
    "Fired",
    "Hit",
    "Lexicon",
    "Rulebook",
    "Sentence",
    "fold",
    "load_lexicon",
    "load_rulebook",
    "read",
    "skeleton",
]
