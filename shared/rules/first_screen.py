"""The emergency first screen: does a text say that an account or its funds are in danger?"""

from shared.rules.reading import Vocabulary, fold, load_lexicon, load_rulebook

LANGUAGES = ("en", "zh", "ja", "ko", "ru", "es", "fr", "vi")
LONGEST = 20_000  # characters looked at

DANGER_TERMS = load_lexicon("shared.rules", "data/danger", LANGUAGES)
DANGER_TERMS_RUSSIAN = load_lexicon("shared.rules", "data/danger", ("ru",))
DANGER_RULES = load_rulebook("shared.rules", "data/danger/rules.yaml")

_VOCABULARY = Vocabulary([DANGER_TERMS], [DANGER_TERMS_RUSSIAN])
_TRIGGERS = DANGER_RULES.triggers


def funds_in_danger(text: str) -> bool:
    """Whether the text tells of theft, takeover or credentials given away, in eight languages.

    Prefers a false alarm to a miss; what is denied, feared, wished or meant as an insult does not
    count. Time grows with the length of the text.
    """
    return DANGER_RULES.holds(_VOCABULARY.read(fold(text[:LONGEST]), _TRIGGERS))
