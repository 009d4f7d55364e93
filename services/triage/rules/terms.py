"""The terms and rules of triage: the emergency lists that intake uses too, and the topics."""

from dataclasses import dataclass

from services.triage.rules.data import load
from shared.rules.danger import DANGER_RULES, DANGER_TERMS, LANGUAGES
from shared.rules.model import load_model
from shared.rules.reading import Fired, Vocabulary, fold, load_lexicons, load_rulebook
from shared.rules.reading.features import Meanings, features_of

_TOPICS = load_lexicons("services.triage", "data/terms", LANGUAGES)
_RULES = load_rulebook("services.triage", "data/rules.yaml")
_VOCABULARY = Vocabulary([DANGER_TERMS, _TOPICS])
_PARTS = ("languages.yaml", "assets.yaml", "identifiers.yaml", "numerals.yaml")

MODEL = load_model("services.triage", "data/model.tsv")

_VERSIONS = (
    MODEL.version,
    DANGER_RULES.version,
    _RULES.version,
    *(lexicon.version for lexicon in (*DANGER_TERMS.values(), *_TOPICS.values())),
    *(str(load(part)["version"]) for part in _PARTS),
)
# The newest of all the data a classification rests on: 2026.10 comes after 2026.9.
VERSION = max(_VERSIONS, key=lambda version: [int(part) for part in version.split(".")])


@dataclass(frozen=True)
class Seen:
    """What a text shows: the rules that hold for it, and the features that the model weighs."""

    fired: tuple[Fired, ...]
    features: set[str]
    folded: str


def read(text: str, meanings: Meanings = MODEL.meanings) -> Seen:
    """Every rule, of emergency or topic, that holds for a text, and its features."""
    folded = fold(text)
    sentences = _VOCABULARY.read(folded)
    fired = DANGER_RULES.fire(sentences) + _RULES.fire(sentences)
    return Seen(fired, features_of(folded, meanings, sentences, fired), folded)
