"""The terms and rules of triage: the emergency list that intake uses, and the topics."""

from services.triage.rules.data import load
from shared.rules.first_screen import (
    DANGER_RULES,
    DANGER_TERMS,
    DANGER_TERMS_RUSSIAN,
    LANGUAGES,
)
from shared.rules.reading import Fired, Vocabulary, fold, load_lexicon, load_rulebook

PACKAGE = "services.triage"

_TOPICS = load_lexicon(PACKAGE, "data/terms", LANGUAGES)
_TOPICS_RUSSIAN = load_lexicon(PACKAGE, "data/terms", ("ru",))
_RULES = load_rulebook(PACKAGE, "data/rules.yaml")
_VOCABULARY = Vocabulary([DANGER_TERMS, _TOPICS], [DANGER_TERMS_RUSSIAN, _TOPICS_RUSSIAN])

VERSION = max(
    _TOPICS.version,
    _RULES.version,
    DANGER_TERMS.version,
    DANGER_RULES.version,
    str(load("languages.yaml")["version"]),
    str(load("assets.yaml")["version"]),
)


def rules_that_hold(text: str) -> tuple[Fired, ...]:
    """Every rule, of emergency or topic, that holds for a text."""
    sentences = _VOCABULARY.read(fold(text))
    return DANGER_RULES.fire(sentences) + _RULES.fire(sentences)
