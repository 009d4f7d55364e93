"""The terms and rules of triage: the emergency lists that intake uses too, and the topics."""

from services.triage.rules.data import load
from shared.rules.danger import DANGER_RULES, DANGER_TERMS, LANGUAGES
from shared.rules.reading import Fired, Vocabulary, fold, load_lexicons, load_rulebook

_TOPICS = load_lexicons("services.triage", "data/terms", LANGUAGES)
_RULES = load_rulebook("services.triage", "data/rules.yaml")
_VOCABULARY = Vocabulary([DANGER_TERMS, _TOPICS])
_PARTS = ("languages.yaml", "assets.yaml", "identifiers.yaml", "numerals.yaml")

_VERSIONS = (
    DANGER_RULES.version,
    _RULES.version,
    *(lexicon.version for lexicon in (*DANGER_TERMS.values(), *_TOPICS.values())),
    *(str(load(part)["version"]) for part in _PARTS),
)
# The newest of all the data a classification rests on: 2026.10 comes after 2026.9.
VERSION = max(_VERSIONS, key=lambda version: [int(part) for part in version.split(".")])


def rules_that_hold(text: str) -> tuple[Fired, ...]:
    """Every rule, of emergency or topic, that holds for a text."""
    sentences = _VOCABULARY.read(fold(text))
    return DANGER_RULES.fire(sentences) + _RULES.fire(sentences)
