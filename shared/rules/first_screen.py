"""The emergency first screen: does a text say that somebody's account or funds are in danger?"""

from types import MappingProxyType

from shared.rules.reading import Automaton, fold, load_lexicon, load_rulebook, read, skeleton

LANGUAGES = ("en", "zh", "ja", "ko", "ru", "es", "fr", "vi")
LONGEST = 20_000  # characters looked at

DANGER_TERMS = load_lexicon("shared.rules", "data/danger", LANGUAGES)
DANGER_RULES = load_rulebook("shared.rules", "data/danger/rules.yaml")
